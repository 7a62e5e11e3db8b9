// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"
	"regexp"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// originsOf has nothing to say about a remote_write token's: whatever they are, they are a fault already.
func originsOf(path string, t *token.Token, to Reporter) origin.Set {
	if t.AllowedOrigins == nil || t.Kind == token.KindRemoteWrite {
		return origin.Set{}
	}
	set, faults := origin.ParseSet(t.AllowedOrigins)
	for _, f := range faults {
		reportOrigin(path+".allowed_origins", f, to)
	}
	return set
}

func reportOrigin(field string, f origin.Fault, to Reporter) {
	if f.Index >= 0 {
		field = fmt.Sprintf("%s[%d]", field, f.Index)
	}
	report := to.Report
	if f.Warning {
		report = to.Warn
	}
	report(field, withoutEntry(f.Problem), f.Fix)
}

var quoted = regexp.MustCompile(`"(\\.|[^"\\])*"…?`)

// shortestSecret is the length from which on a text from the file is not repeated: somebody may have put a secret there.
const shortestSecret = 16

// pattern is scheme, host and port, each part of them too short for a secret: then the whole is none.
var pattern = regexp.MustCompile(
	`^"[a-z][a-z+-]{0,14}://[\pL\pN_*-]{1,15}(\.[\pL\pN_*-]{1,15})*(:[0-9*]{1,5})?"$`)

// withoutEntry cuts quotations that are long enough for a secret out of what package origin says about an entry: a
// secret in the wrong line, or a URL with one in its query, is no origin either. The line tells which is meant.
func withoutEntry(problem string) string {
	return quoted.ReplaceAllStringFunc(problem, func(quotation string) string {
		if len(quotation) < shortestSecret+len(`""`) || pattern.MatchString(quotation) {
			return quotation
		}
		return `"…"`
	})
}
