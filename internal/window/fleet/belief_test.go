// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// What one collector gives back another one, which was refused before that, may use a second later, though nothing that
// it knows of has left.
func TestRefundIsHeardOf(t *testing.T) {
	for name, c := range map[string]struct{ token, organization window.Limit }{
		"token":        {100, 1_000},
		"organization": {1_000, 100},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, Options{Resolution: sec, Timeout: 100 * time.Millisecond})
				one, two := f.join(1, faults{least: time.Millisecond}, 1), f.join(2, faults{least: time.Millisecond}, 1)
				defer f.close()
				batch := func(spans int64) window.Batch { return sent(spans, c.token, c.organization) }
				for one.events.leased.Load() == 0 {
					f.decide(one, batch(1))
				}
				rest := 100 - f.server.total(scopeID{"o", ""})
				require.Equal(t, window.Admitted, f.decide(two, batch(rest)).Outcome)
				require.Equal(t, window.OverLimit, f.decide(two, batch(1)).Outcome)
				require.NotZero(t, two.Full(two.clock(), batch(1)))

				time.Sleep(sec)
				require.Equal(t, window.OverLimit, f.decide(two, batch(1)).Outcome, "the lease counts")
				one.Sweep(one.clock())
				time.Sleep(belief - time.Millisecond)
				assert.Equal(t, window.OverLimit, f.decide(two, batch(1)).Outcome, "nothing is asked so soon")
				time.Sleep(time.Millisecond)
				assert.Zero(t, two.Full(two.clock(), batch(1)))
				assert.Equal(t, window.Admitted, f.decide(two, batch(1)).Outcome)
			})
		})
	}
}
