// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package advice

import (
	"slices"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Lint returns all warnings about a token: those of For, and what may be meant but should be known to be so. What the
// registry warns of is not repeated, such as "null" among the origins.
func Lint(t *token.Token, o *token.Organization, now time.Time) []Warning {
	return append(For(t, o, now), slices.Concat(origins(t), limits(t, o))...)
}

func origins(t *token.Token) []Warning {
	var found []Warning
	if t.Kind == token.KindWeb && t.AllowedOrigins == nil {
		found = append(found, Warning{
			Unbound, always("it is for web pages and not bound to an origin: any page can use it"),
			command("update", t, "--origin https://www.example.com"),
		})
	}
	if slices.Contains(t.AllowedOrigins, "*") {
		found = append(found, Warning{
			AnyOrigin, always(`"*" among its origins admits any page`), command("update", t, "--origin https://www.example.com"),
		})
	}
	if t.OriginMode == token.OriginReport && t.AllowedOrigins != nil {
		found = append(found, Warning{
			OriginsReport, always("its origins are reported and not enforced: any page can use it"),
			command("update", t, "--origin-mode enforce"),
		})
	}
	return found
}

// limits finds a token of which nobody bounds the spans. A limit for each client bounds no crowd.
func limits(t *token.Token, o *token.Organization) []Warning {
	if t.SpansPerMinute != nil || o != nil && o.SpansPerMinute != nil || !t.Writes(token.SignalTraces) {
		return nil
	}
	return []Warning{{
		NoLimit, always("neither it nor its organization has a limit: whoever copies it can send without end"),
		command("update", t, "--spans-per-minute 6000"),
	}}
}
