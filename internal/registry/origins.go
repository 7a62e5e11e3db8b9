// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"
	"regexp"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/strictyaml"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// originsOf has nothing to say about a remote_write token's: whatever they are, they are a fault already.
func (b *builder) originsOf(path string, t *token.Token) origin.Set {
	if t.AllowedOrigins == nil || t.Kind == token.KindRemoteWrite {
		return origin.Set{}
	}
	set, faults := origin.ParseSet(t.AllowedOrigins)
	for _, f := range faults {
		b.reportOrigin(path+".allowed_origins", f)
	}
	return set
}

func (b *builder) reportOrigin(field string, f origin.Fault) {
	if f.Index >= 0 {
		field = fmt.Sprintf("%s[%d]", field, f.Index)
	}
	problem := withoutEntry(f.Problem)
	if !f.Warning {
		b.Report(field, problem, f.Fix)
		return
	}
	warning := strictyaml.Fault{Line: b.LineOf(field), Field: field, Problem: problem, Fix: f.Fix}
	b.snapshot.warnings = append(b.snapshot.warnings, warning)
}

var quoted = regexp.MustCompile(`"(\\.|[^"\\])*"…?`)

// shortestSecret is the length from which on a text from the file is not repeated: somebody may have put a secret there.
const shortestSecret = 16

// withoutEntry cuts quotations that are long enough for a secret out of what package origin says about an entry: a
// secret in the wrong line, or a URL with one in its query, is no origin either. The line tells which is meant.
func withoutEntry(problem string) string {
	return quoted.ReplaceAllStringFunc(problem, func(quotation string) string {
		if len(quotation) < shortestSecret+len(`""`) {
			return quotation
		}
		return `"…"`
	})
}
