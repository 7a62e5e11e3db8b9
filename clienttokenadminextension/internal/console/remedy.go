// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
)

// remedy is where the cause of a warning about a token can be mended.
type remedy struct{ Label, Link string }

// warning is one with its remedy, which is empty for those who can do nothing about it.
type warning struct {
	advice.Warning
	remedy
}

// remedies are pages below that of a token.
var remedies = map[advice.Kind]remedy{
	advice.OldSecret:      {"Rotate it", "/rotate"},
	advice.Expiring:       {"Change its last day", "/edit#expires_at"},
	advice.LowLimit:       {"Change the limit", "/edit#spans_per_minute"},
	advice.NoLimit:        {"Set a limit", "/edit#spans_per_minute"},
	advice.AnyOrigin:      {"Name its origins", "/edit#allowed_origins"},
	advice.Unbound:        {"Name its origins", "/edit#allowed_origins"},
	advice.OriginsReport:  {"Refuse others", "/edit#origin_mode"},
	advice.Unused:         {"Delete it", "/delete"},
	advice.HeavilyRefused: {"Change the limit", "/edit#spans_per_minute"},
}

func warningsOf(t *office.Token, rights office.Rights) []warning {
	all := make([]warning, len(t.Warnings))
	for i, w := range t.Warnings {
		all[i].Warning = w
		if !rights.Tokens {
			continue
		}
		r := remedies[w.Kind]
		if w.Kind == advice.Expiring && t.ExpiresAt.IsZero() { // for want of secrets
			r = remedies[advice.OldSecret]
		}
		all[i].remedy = remedy{r.Label, link("o", t.Organization, "t", t.ID) + r.Link}
	}
	return all
}
