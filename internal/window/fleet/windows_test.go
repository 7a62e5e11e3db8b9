// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

type quiet struct{}

func (quiet) Called(error, time.Duration) {}
func (quiet) Leased(int64)                {}
func (quiet) Away(string, error)          {}
func (quiet) Back(string)                 {}
func (quiet) Lost(string)                 {}

// newReal returns windows in a Redis of their own.
func newReal(tb testing.TB, options Options) (*Windows, func() time.Duration) {
	tb.Helper()
	s := redistest.Start(tb)
	c := redis.NewClient(&redis.Options{Addr: s.Addr(), ContextTimeoutEnabled: true, MaxRetries: -1, Protocol: 2})
	born := time.Now()
	clock := func() time.Duration { return time.Since(born) }
	w := New(redislog.NewClient(c, "p", options.Resolution, options.Resolution), quiet{}, clock, options)
	tb.Cleanup(func() { w.Close(); assert.NoError(tb, c.Close()) })
	return w, clock
}

func TestSmoke(t *testing.T) {
	w, clock := newReal(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond})
	var wg sync.WaitGroup
	var mu sync.Mutex
	sum := int64(0)
	b := window.Batch{Organization: "o", Token: "t", OrganizationLimit: 100_000, TokenLimit: 5_000, Spans: 1}
	for range 16 {
		wg.Go(func() {
			for range 2000 {
				d := w.Decide(clock(), b)
				if d.Outcome == window.Admitted {
					mu.Lock()
					sum++
					mu.Unlock()
				} else {
					assert.Positive(t, d.RetryAfter)
				}
			}
		})
	}
	wg.Wait()
	assert.Equal(t, int64(5000), sum)
}
