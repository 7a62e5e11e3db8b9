// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// tokenForm holds the fields of a token as they were typed, so that nothing is lost when some are wrong.
type tokenForm struct {
	ID, Name, Memo, Kind, Environment, Origins, OriginMode, Limit, ClientLimit, Expires string
	Signals                                                                             []string
	Bound                                                                               bool // to origins

	Faults faults
}

// readTokenForm takes the fields from a form.
func readTokenForm(form url.Values) tokenForm {
	return tokenForm{
		ID: strings.TrimSpace(form.Get("id")), Name: strings.TrimSpace(form.Get("name")), Memo: form.Get("memo"),
		Kind: form.Get("kind"), Environment: strings.TrimSpace(form.Get("environment")), Origins: form.Get("allowed_origins"),
		OriginMode: form.Get("origin_mode"), Limit: strings.TrimSpace(form.Get("spans_per_minute")),
		ClientLimit: strings.TrimSpace(form.Get("client_spans_per_minute")), Expires: form.Get("expires_at"),
		Signals: form["signals"], Bound: form.Get("bound") != "any", Faults: faults{},
	}
}

// formOf fills a form with a token.
func formOf(t *token.Token) tokenForm {
	f := tokenForm{
		ID: t.ID, Name: t.Name, Memo: t.Memo, Kind: string(t.Kind), Environment: t.Environment,
		Origins: strings.Join(t.AllowedOrigins, "\n"), OriginMode: string(t.OriginMode), Limit: numberOf(t.SpansPerMinute),
		ClientLimit: numberOf(t.ClientSpansPerMinute), Bound: t.AllowedOrigins != nil, Faults: faults{},
	}
	for _, s := range t.SignalsOrDefault() {
		f.Signals = append(f.Signals, string(s))
	}
	if !t.ExpiresAt.IsZero() {
		f.Expires = t.ExpiresAt.UTC().Format(time.DateOnly)
	}
	return f
}

func numberOf(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// fill writes the fields into a token. What can't be read becomes a fault; whether the rest is right others know.
func (f *tokenForm) fill(t *token.Token) {
	t.Name, t.Memo, t.Environment = f.Name, strings.ReplaceAll(f.Memo, "\r\n", " "), f.Environment
	t.Kind, t.OriginMode = token.Kind(f.Kind), token.OriginMode(f.OriginMode)
	t.AllowedOrigins = f.origins()
	t.SpansPerMinute = f.Faults.number("spans_per_minute", f.Limit)
	t.ClientSpansPerMinute = f.Faults.number("client_spans_per_minute", f.ClientLimit)
	t.ExpiresAt = f.end(t.ExpiresAt)
	t.Signals = f.signals(t)
}

// origins are the lines of the list, nil if the token is to be bound to none.
func (f *tokenForm) origins() []string {
	if !f.Bound || f.Kind == string(token.KindRemoteWrite) {
		return nil
	}
	list := []string{}
	for line := range strings.Lines(f.Origins) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// end is the end of the day that was chosen. A time that was set to the second elsewhere stays if its day does.
func (f *tokenForm) end(was time.Time) time.Time {
	if f.Expires == "" || f.Expires == was.UTC().Format(time.DateOnly) && !was.IsZero() {
		if f.Expires == "" {
			return time.Time{}
		}
		return was
	}
	day, err := time.Parse(time.DateOnly, f.Expires)
	if err != nil {
		f.Faults.add("expires_at", "is not a day", "write it as 2030-01-31, or leave it empty")
		return was
	}
	return day.Add(24*time.Hour - time.Second)
}

// signals are those that were chosen, none if they are what the kind writes anyway.
func (f *tokenForm) signals(t *token.Token) []token.Signal {
	var chosen []token.Signal
	for _, s := range f.Signals {
		chosen = append(chosen, token.Signal(s))
	}
	if len(chosen) == 0 || slices.Equal(chosen, (token.Token{Kind: t.Kind}).SignalsOrDefault()) {
		return nil
	}
	return chosen
}

// Writes tells templates whether a signal is chosen.
func (f tokenForm) Writes(signal string) bool { return slices.Contains(f.Signals, signal) }
