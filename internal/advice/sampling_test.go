// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package advice

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/memorystore"
)

// minutes are how many minutes had so many spans.
type minutes map[int64]int

func TestSampling(t *testing.T) {
	limit := func(n int64) *int64 { return &n }
	for name, tt := range map[string]struct {
		offered, others     minutes // by the token, and by the rest of its organization
		token, organization *int64  // limits
		factor              float64 // 0: no advice
		text, line          string
	}{
		"far above the limit": {
			minutes{9000: 100},
			nil, limit(6000), nil, 0.53,
			"multiply your present sampling ratio by 0.53: 9,000 spans a minute are offered where the token's limit is 6,000 " +
				"(99 of 100 of 100 minutes)",
			"sampler: new TraceIdRatioBasedSampler(0.53), // if you sample already: 0.53 times your present ratio",
		},
		"far below it": {
			minutes{100: 100},
			nil, limit(6000), nil, 1,
			"leave the sampling ratio as it is: 100 of 6,000 spans a minute are used at most (99 of 100 of 100 minutes)", "",
		},
		"one minute in a hundred is let go": {minutes{100: 99, 90_000: 1}, nil, limit(6000), nil, 1, "", ""},
		"two are not":                       {minutes{100: 98, 90_000: 2}, nil, limit(6000), nil, 0.053, "", ""},
		"very far above it":                 {minutes{1_000_000: 60}, nil, limit(512), nil, 0.00041, "", ""},
		"almost":                            {minutes{8000: 60}, nil, limit(9999), nil, 1, "", ""},
		"59 minutes":                        {minutes{9000: 59}, nil, limit(6000), nil, 0, "", ""},
		"no limit":                          {minutes{9000: 100}, nil, nil, nil, 0, "", ""},
		"a limit of 0":                      {minutes{9000: 100}, nil, limit(0), limit(0), 0, "", ""},
		"the organization's limit only": {
			minutes{3000: 100},
			minutes{6000: 100},
			nil, limit(6000), 0.53,
			"multiply your present sampling ratio by 0.53: 9,000 spans a minute are offered where the organization's limit is " +
				"6,000 (99 of 100 of 100 minutes)", "",
		},
		"the organization's is narrower": {minutes{9000: 100}, minutes{9000: 100}, limit(6000), limit(6000), 0.27, "", ""},
		"the token's is narrower": {
			minutes{9000: 100}, minutes{9000: 100}, limit(3000), limit(90_000), 0.27, "", "",
		},
		"the others, and 59 minutes of its own": {minutes{9000: 59}, minutes{9000: 100}, limit(6000), limit(6000), 0, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			store := memorystore.New(func() time.Time { return now })
			shop := token.Token{ID: "shop", Organization: "acme", SpansPerMinute: tt.token}
			acme := token.Organization{ID: "acme", SpansPerMinute: tt.organization}
			tt.offered.addTo(t, store, usage.Subject{Organization: "acme", Token: "shop"}, usage.Subject{Organization: "acme"})
			tt.others.addTo(t, store, usage.Subject{Organization: "acme"})
			got, err := SampleFor(t.Context(), store, &shop, &acme, now.Add(30*time.Second))
			require.NoError(t, err)
			if tt.factor == 0 {
				assert.Nil(t, got)
				return
			}
			require.NotNil(t, got)
			assert.InDelta(t, tt.factor, got.Factor, 0)
			if tt.text != "" {
				assert.Equal(t, tt.text, got.Text())
			}
			if tt.line != "" || tt.factor == 1 {
				assert.Equal(t, tt.line, got.Line())
			}
		})
	}
}

// addTo adds minutes from the last whole one backwards. Spans are offered in all three ways.
func (m minutes) addTo(t *testing.T, store usage.Store, subjects ...usage.Subject) {
	t.Helper()
	at := now.Add(-time.Minute)
	for spans, n := range m {
		for range n {
			counts := usage.Counts{Admitted: spans / 4, ShedEstimated: spans / 4}
			counts.Refused.Token = spans - counts.Admitted - counts.ShedEstimated
			b := &usage.Batch{Time: at}
			for _, s := range subjects {
				b.Deltas = append(b.Deltas, usage.Delta{Subject: s, Counts: counts})
			}
			require.NoError(t, store.Add(context.Background(), b))
			at = at.Add(-time.Minute)
		}
	}
	// The present minute isn't over: it says nothing.
	late := &usage.Batch{Time: now}
	for _, s := range subjects {
		late.Deltas = append(late.Deltas, usage.Delta{Subject: s, Counts: usage.Counts{Admitted: 1_000_000}})
	}
	require.NoError(t, store.Add(context.Background(), late))
}
