// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/amount"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// maxListed bounds a message: who deletes more tokens at once knows which.
const maxListed = 50

// Headline says in one line what has happened.
func (e *Event) Headline() string {
	switch e.Kind {
	case Deleted:
		return e.whose() + e.many(" were", " was") + " deleted"
	case Rotated:
		return e.whose() + e.many(" have new secrets", " has a new secret")
	case Expiring:
		return e.whose() + e.many(" expire", " expires") + " within 14 days"
	case LimitReached:
		return e.whose() + e.many(" have reached their limits", " has reached its limit")
	case HeavilyRefused:
		return e.whose() + e.many(" lose more than 20 % of their", " loses more than 20 % of its") + " spans"
	}
	return e.whose() + ": " + string(e.Kind)
}

// whose names one token, the organization, or how many tokens of it.
func (e *Event) whose() string {
	owner := e.Organization.Title()
	switch {
	case !e.OfTokens():
		return "Organization " + owner
	case len(e.Tokens) == 1 && e.More == 0:
		return fmt.Sprintf("Client token %q of %s", e.Tokens[0].Title(), owner)
	default:
		return fmt.Sprintf("%d client tokens of %s", len(e.Tokens)+e.More, owner)
	}
}

func (e *Event) many(several, one string) string {
	if len(e.Tokens)+e.More > 1 {
		return several
	}
	return one
}

// Text tells the same to a person at length: what has happened, who did it, and what to do now. link leads to the console;
// it may be empty.
func (e *Event) Text(link string) string {
	var b strings.Builder
	b.WriteString(e.Headline())
	e.writeSubjects(&b)
	if e.By != "" {
		fmt.Fprintf(&b, "Who:  %s\n", e.author())
	}
	fmt.Fprintf(&b, "When: %s\n\n%s\n", moment(e.At), e.advice())
	if link != "" {
		fmt.Fprintf(&b, "\n%s\n", link)
	}
	fmt.Fprintf(&b, "\nThis mail goes to the owners and managers of %s.\n", e.Organization.label())
	return b.String()
}

func (e *Event) author() string {
	switch {
	case e.By == audit.ByFile:
		return "somebody who edited the file by hand"
	case e.From == "":
		return line(e.By)
	default:
		return line(e.By) + ", from " + line(e.From)
	}
}

// line keeps what others have chosen on its line. Names in records are checked; those of authors are not.
func line(text string) string {
	return strings.Map(func(r rune) rune {
		if token.Disturbs(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

func (e *Event) writeSubjects(b *strings.Builder) {
	listed, more := e.Tokens, e.More
	if !e.OfTokens() {
		listed = []Subject{e.Organization}
	}
	if len(listed) == 0 {
		b.WriteString(".\n\n")
		return
	}
	b.WriteString(":\n\n")
	if len(listed) > maxListed {
		listed, more = listed[:maxListed], more+len(listed)-maxListed
	}
	for _, s := range listed {
		fmt.Fprintf(b, "  %s%s\n", s.label(), e.note(s))
	}
	if more > 0 {
		fmt.Fprintf(b, "  and %d more\n", more)
	}
	b.WriteByte('\n')
}

func (s Subject) label() string {
	if s.Name == "" {
		return s.ID
	}
	return s.Title() + " (" + s.ID + ")"
}

// note is what is to be said of one of the tokens, or of the organization.
func (e *Event) note(s Subject) string {
	switch e.Kind {
	case Rotated:
		if s.ExpiresAt.IsZero() {
			return ": the old secret does not work any more"
		}
		return ": the old secret works until " + moment(s.ExpiresAt)
	case Expiring:
		if s.LastSecret {
			return ": its last secret expires on " + moment(s.ExpiresAt)
		}
		return ": expires on " + moment(s.ExpiresAt)
	case LimitReached:
		return fmt.Sprintf(": %s spans a minute; %s of %s spans were refused today",
			amount.Grouped(s.SpansPerMinute), amount.Grouped(s.Refused), amount.Grouped(s.Offered))
	case HeavilyRefused:
		return fmt.Sprintf(": %s of %s spans", amount.Grouped(s.Refused), amount.Grouped(s.Offered))
	}
	return ""
}

// advice says what to do now.
func (e *Event) advice() string {
	switch e.Kind {
	case Deleted:
		return "Whoever still sends with a deleted token is refused from now on, and it can't be brought back. If it was a\n" +
			"mistake, create another one and give its secret to the senders."
	case Rotated:
		return "Give the new secret to the senders before the old one ends. If nobody of you did this, somebody else\n" +
			"can write to your registry: look at the audit, and rotate again."
	case Expiring:
		return e.adviceBeforeEnd()
	case LimitReached:
		return "Spans above the limit are refused until a minute has room for them again. Sample less in the senders (the\n" +
			"console proposes by how much), raise the limit, or find out who sends so much. Today this is not told again."
	case HeavilyRefused:
		return "In each of the last ten minutes more than 20 % of the spans were refused. Sample less in the senders (the\n" +
			"console proposes by how much), raise the limit, or find out who sends so much: rotating the secret keeps\n" +
			"strangers out. This is told again only after an hour without."
	}
	return ""
}

// adviceBeforeEnd goes by what ends: a new secret doesn't move the end of a token, nor a later end that of a secret.
func (e *Event) adviceBeforeEnd() string {
	text := "After that its senders are refused."
	if slices.ContainsFunc(e.Tokens, func(s Subject) bool { return !s.LastSecret }) {
		text += "\nGive a token that expires a later end (clienttokens update ID --expires-in 90d)."
	}
	if slices.ContainsFunc(e.Tokens, func(s Subject) bool { return s.LastSecret }) {
		text += "\nWhere its last secret expires, rotate the token (clienttokens rotate ID) and give the new one to the senders."
	}
	return text
}

func moment(t time.Time) string {
	return t.UTC().Format("2 January 2006 at 15:04 UTC")
}
