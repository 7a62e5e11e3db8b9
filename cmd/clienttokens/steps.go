// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// rule is one that a request has to pass.
type rule struct {
	name string
	text func() string
}

// rules are in the order in which they are tried. Each says why it lets the request pass, or why not.
func (e *explanation) rules() []rule {
	return []rule{
		{"token", e.tokenText},
		{"known", e.knownText},
		{"enabled", e.enabledText},
		{"expiry", e.expiryText},
		{"origin", e.originText},
		{"signal", e.signalText},
	}
}

// steps goes through the rules up to the one that decides.
func (e *explanation) steps() []step {
	var all []step
	reached := true
	for _, r := range e.rules() {
		s := step{Rule: r.name, Result: notReached}
		if reached {
			s.Result, s.Text = e.resultOf(r.name), r.text()
		}
		reached = reached && s.Result != refuses
		all = append(all, s)
	}
	return all
}

func (e *explanation) resultOf(name string) string {
	switch {
	case name == e.decides():
		return refuses
	case name == "origin" && e.Outcome == admission.OriginReported:
		return reported
	default:
		return passed
	}
}

// decides returns the rule that refuses, or none.
func (e *explanation) decides() string {
	switch e.Outcome {
	case admission.Accepted, admission.OriginReported:
		return ""
	case admission.Missing, admission.Ambiguous:
		return "token"
	case admission.Unknown, admission.Stale:
		if !token.UsableSecret(e.secret) {
			return "token"
		}
		return "known"
	case admission.Disabled:
		return "enabled"
	case admission.Expired:
		return "expiry"
	case admission.OriginMissing, admission.OriginMalformed, admission.OriginDenied:
		return "origin"
	default:
		return "signal"
	}
}

func (e *explanation) tokenText() string {
	place := "in the header " + http.CanonicalHeaderKey(e.header)
	switch {
	case e.secret == anySecret:
		return "not needed here: the token is named by its id"
	case e.secret == "":
		return "there is none " + place
	case !token.UsableSecret(e.secret):
		return "what is " + place + " can't be one: secrets are 16 to 256 visible ASCII characters"
	case token.WellFormedSecret(e.secret):
		return "found " + place + ", in our own format"
	case strings.HasPrefix(e.secret, "ct") && len(e.secret) == ownLength:
		return "found " + place + "; it looks like our own format, but its checksum is wrong: mistyped?"
	default:
		return "found " + place + "; it is not in our own format, which is all right for an imported one"
	}
}

func (e *explanation) knownText() string {
	if e.Grant == nil {
		return "no token has this secret: it was never here, or the token was deleted, or the secret was rotated away"
	}
	t := e.Grant.Token
	return fmt.Sprintf("token %s of organization %s", t.ID, t.Organization)
}

func (e *explanation) enabledText() string {
	if e.Grant.Token.Disabled {
		return "it is disabled: clienttokens enable " + e.Grant.Token.ID
	}
	return "it is not disabled"
}

func (e *explanation) expiryText() string {
	t, s := e.Grant.Token, e.Grant.Secret()
	end, what := t.ExpiresAt, "the token"
	if !s.ExpiresAt.IsZero() && (end.IsZero() || s.ExpiresAt.Before(end)) {
		end, what = s.ExpiresAt, "this secret of it"
	}
	switch {
	case end.IsZero():
		return "never"
	case e.now.Before(end):
		return fmt.Sprintf("%s ends %s", what, distance(e.now, end)+", on "+momentOf(end))
	default:
		return fmt.Sprintf("%s ended %s", what, distance(e.now, end)+", on "+momentOf(end))
	}
}

func (e *explanation) signalText() string {
	t := e.Grant.Token
	may := "the token may write " + signalsLine(t)
	switch e.checker.CheckPath(e.path, t) {
	case admission.PathUnknown:
		return "nothing is received at " + e.path
	case admission.SignalDenied:
		return e.elsewhereText(may)
	default:
		return e.path + ": " + may
	}
}

func (e *explanation) elsewhereText(may string) string {
	kind := e.Grant.Token.Kind
	switch {
	case kind == token.KindRemoteWrite:
		return e.path + " is not for kind remote_write, which writes at /api/v1/write only"
	case admission.Defaults().Paths[e.path] == admission.RemoteWrite:
		return fmt.Sprintf("%s is for kind remote_write, and the token is of kind %s", e.path, kind)
	default:
		return e.path + " is for another signal: " + may
	}
}
