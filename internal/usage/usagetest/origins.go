// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usagetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// CheckOrigins has a store flooded with origins: a bounded number of them is kept, all requests are counted, and those
// that are refused leave room for those that are not.
func CheckOrigins(t *testing.T, open Open) {
	t.Helper()
	now := time.Date(2029, 6, 1, 12, 0, 0, 0, time.UTC)
	store := open(func() time.Time { return now })
	for token, tt := range map[string]struct {
		form       string
		allowed    int64
		named      int // of 300
		nextFits   bool
		nextRefuse bool
	}{
		"refused":       {"https://%03d.example", 0, 50, true, false},
		"allowed":       {"https://%03d.example", 1, 100, false, false},
		"long, refused": {"https://%03d." + strings.Repeat("a", 90), 0, 20, true, false},
		"long, allowed": {"https://%03d." + strings.Repeat("a", 90), 1, 40, true, false}, // there is room for one that is short
	} {
		t.Run(token, func(t *testing.T) {
			subject := usage.Subject{Organization: "acme", Token: strings.ReplaceAll(token, ", ", "-")}
			add := func(origins ...usage.Origin) {
				b := &usage.Batch{Time: now, Deltas: []usage.Delta{{Subject: subject, Origins: origins}}}
				require.NoError(t, store.Add(t.Context(), b))
			}
			for first := range 6 {
				var origins []usage.Origin
				for i := range 100 {
					origin := fmt.Sprintf(tt.form, (50*first+i)%300)
					origins = append(origins, usage.Origin{Origin: origin, Allowed: tt.allowed, Refused: 1 - tt.allowed})
				}
				add(origins...)
			}
			named, requests := namedOf(t, store, subject)
			assert.Equal(t, tt.named, len(named)) //nolint:testifylint // the list is long
			assert.EqualValues(t, 600, requests)
			add(usage.Origin{Origin: "https://good", Allowed: 1})
			add(usage.Origin{Origin: "https://evil", Refused: 1})
			named, requests = namedOf(t, store, subject)
			assert.EqualValues(t, 602, requests)
			assert.Equal(t, tt.nextFits, named["https://good"])
			assert.Equal(t, tt.nextRefuse, named["https://evil"])
		})
	}
}

// namedOf returns the origins that are told by name, and how many requests came from all of them.
func namedOf(t *testing.T, store usage.Store, s usage.Subject) (named map[string]bool, requests int64) {
	t.Helper()
	origins, err := store.Origins(t.Context(), s, time.Time{})
	require.NoError(t, err)
	named = map[string]bool{}
	for _, o := range origins {
		requests += o.Allowed + o.Refused
		if o.Origin != usage.Others {
			named[o.Origin] = true
		}
	}
	return named, requests
}
