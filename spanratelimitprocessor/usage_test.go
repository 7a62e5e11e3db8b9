// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/memorystore"
)

// counted returns what is counted for a token and its organization while something happens.
func counted(t *testing.T, happens func(*usage.Recorder)) (ofToken, ofOrganization usage.Counts) {
	t.Helper()
	store := memorystore.New(time.Now)
	recorder := usage.NewRecorder(store, time.Now, func(err error) { assert.NoError(t, err) })
	happens(recorder)
	require.NoError(t, recorder.Shutdown(t.Context()))
	totals, err := store.Totals(t.Context(), usage.LastDay(time.Now()),
		usage.Subject{Organization: "shop", Token: "t-web"}, usage.Subject{Organization: "shop"})
	require.NoError(t, err)
	return totals[0], totals[1]
}

func TestUsage(t *testing.T) {
	for name, tt := range map[string]struct {
		limits limits
		sent   []int // spans of batches
		edit   func(*desk)
		want   usage.Counts
	}{
		"admitted": {limitsOf(none, none, none), []int{3, 4}, nil, usage.Counts{Admitted: 7}},
		"nothing":  {limitsOf(none, none, none), []int{0}, nil, usage.Counts{}},
		"token":    {limitsOf(none, 5, 9), []int{3, 4}, nil, usage.Counts{Admitted: 3, Refused: usage.Refused{Token: 4}}},
		"organization": {
			limitsOf(none, none, 5),
			[]int{3, 4},
			nil,
			usage.Counts{Admitted: 3, Refused: usage.Refused{Organization: 4}},
		},
		"client":            {limitsOf(5, 9, 9), []int{3, 4}, nil, usage.Counts{Admitted: 3, Refused: usage.Refused{Client: 4}}},
		"too large":         {limitsOf(none, 5, 9), []int{6}, nil, usage.Counts{Refused: usage.Refused{Batch: 6}}},
		"token of 0":        {limitsOf(none, 0, 9), []int{6}, nil, usage.Counts{Refused: usage.Refused{Token: 6}}},
		"organization of 0": {limitsOf(none, none, 0), []int{6}, nil, usage.Counts{Refused: usage.Refused{Organization: 6}}},
		"Redis away": {
			limitsOf(none, 5, 9),
			[]int{3},
			func(d *desk) { d.windows = unreachable{} },
			usage.Counts{Refused: usage.Refused{Unavailable: 3}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			ofToken, ofOrganization := counted(t, func(r *usage.Recorder) {
				d, h := newDesk(t, same), tt.limits.holding()
				if tt.edit != nil {
					tt.edit(d)
				}
				h.Metered(r)
				for _, spans := range tt.sent {
					_, _ = d.processTraces(from(t, h.from(1)), traces(spans))
				}
			})
			assert.Equal(t, tt.want, ofToken)
			assert.Equal(t, tt.want, ofOrganization)
		})
	}
}

// Who may not write traces has sent a request, not spans.
func TestUsageOfAnotherSignal(t *testing.T) {
	ofToken, _ := counted(t, func(r *usage.Recorder) {
		h := identity.NewHolder(
			&token.Token{ID: "t-web", Organization: "shop", Signals: []token.Signal{token.SignalLogs}},
			identity.NewOwner(&token.Organization{ID: "shop"}))
		h.Metered(r)
		_, err := newDesk(t, same).processTraces(from(t, identity.New(nil, h, "")), traces(3))
		require.Error(t, err)
	})
	var want usage.Counts
	want.RequestsRefused[usage.SignalDenied] = 1
	assert.Equal(t, want, ofToken)
}
