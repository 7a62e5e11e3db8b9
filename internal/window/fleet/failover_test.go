// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestFailover has a replica take over that is behind: what it lacks may be admitted once more, but no more than that.
func TestFailover(t *testing.T) {
	for _, behind := range []time.Duration{10 * time.Millisecond, time.Second, 10 * time.Second} {
		for _, lasts := range []time.Duration{0, 5 * time.Second} {
			d := drama{state: down, losers: 4, load: 1.5}
			t.Run(fmt.Sprint(behind, " behind, ", lasts, " away"), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := d.fleet(t)
					for _, id := range d.limited() {
						lacks := d.failOver(f, id, behind, lasts)
						most, _ := f.ledger(id).most()
						t.Logf("lacks %d, %d over the limit", lacks, most-dramaLimit)
						assert.LessOrEqual(t, most, dramaLimit+lacks)
					}
				})
			})
		}
	}
}

// failOver returns what the replica lacks.
func (d *drama) failOver(f *fleet, id scopeID, behind, lasts time.Duration) int64 {
	time.Sleep(before)
	replica := f.server.copy()
	time.Sleep(behind)
	for _, c := range f.collectors {
		if lasts > 0 {
			c.link.state.Store(d.state)
		}
	}
	lacks := f.server.total(id)
	f.server.replace(replica)
	lacks -= f.server.total(id)
	time.Sleep(lasts)
	for _, c := range f.collectors {
		c.link.state.Store(well)
	}
	f.background.Wait()
	f.close()
	return lacks
}
