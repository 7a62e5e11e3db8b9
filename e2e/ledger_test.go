// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// batch is what a sender knows of a request. It was decided at some moment between sent and answered.
type batch struct {
	organization, token string
	collector, spans    int
	sent, answered      time.Duration // since the ledger's epoch
	status              int           // 0: no answer
	retryAfter, text    string
}

func (b batch) took() time.Duration { return b.answered - b.sent }

// ledger has all that was sent and answered.
type ledger struct {
	epoch time.Time

	mu      sync.Mutex
	batches []batch
}

func (l *ledger) now() time.Duration { return time.Since(l.epoch) }

func (l *ledger) add(b batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.batches = append(l.batches, b)
}

// where returns the batches that the function picks, in the order in which they were sent.
func (l *ledger) where(pick func(batch) bool) []batch {
	l.mu.Lock()
	defer l.mu.Unlock()
	var picked []batch
	for _, b := range l.batches {
		if pick(b) {
			picked = append(picked, b)
		}
	}
	slices.SortFunc(picked, func(a, b batch) int { return cmp.Compare(a.sent, b.sent) })
	return picked
}

// between returns the batches that were sent from one moment until another.
func (l *ledger) between(from, to time.Duration) []batch {
	return l.where(func(b batch) bool { return b.sent >= from && b.sent < to })
}

// admitted returns the batches of an organization, or of one of its tokens, that were admitted.
func (l *ledger) admitted(organization, token string) []batch {
	return l.where(func(b batch) bool {
		return b.status == http.StatusOK && b.organization == organization && (token == "" || b.token == token)
	})
}

func spansOf(batches []batch) int {
	total := 0
	for _, b := range batches {
		total += b.spans
	}
	return total
}

// worstMinute returns the most spans that were admitted for certain within any 60 s: of batches sent and answered in
// them. The batches must be in the order in which they were sent.
func worstMinute(admitted []batch) (spans int, from time.Duration) {
	for i, first := range admitted {
		certain := 0
		for _, b := range admitted[i:] {
			if b.answered <= first.sent+time.Minute {
				certain += b.spans
			}
		}
		if certain > spans {
			spans, from = certain, first.sent
		}
	}
	return spans, from
}

// assertAnswered checks that all got an answer that they may get, and that a refused one says when to return.
func assertAnswered(t *testing.T, batches []batch, allowed ...int) {
	t.Helper()
	wrong := 0
	for _, b := range batches {
		if !slices.Contains(allowed, b.status) || (b.status == http.StatusTooManyRequests && b.retryAfter < "1") {
			if wrong++; wrong <= 3 {
				t.Errorf("at %s, collector %d: status %d, Retry-After %q, after %s: %.300s",
					b.sent, b.collector, b.status, b.retryAfter, b.took(), b.text)
			}
		}
	}
	assert.Zero(t, wrong, "of %d answers", len(batches))
}

// patience is how much longer than others a request may take that waits for Redis: the timeout of 100 ms, and some more
// on a busy machine.
const patience = 500 * time.Millisecond

// assertQuick checks that no answer took long for Redis' sake. Those that Redis is not asked for tell how busy the machine
// is; a call costs as many switches between goroutines and processes again.
func assertQuick(t *testing.T, batches []batch) {
	t.Helper()
	asking, others := []batch{}, []batch{}
	for _, b := range batches {
		if b.organization == bystander.id {
			others = append(others, b)
		} else {
			asking = append(asking, b)
		}
	}
	longest := latencyOf(others).longest
	t.Logf("%v; %s; without Redis: %s", statuses(asking), latencyOf(asking), latencyOf(others))
	for _, b := range asking {
		if b.took() > 2*longest+patience {
			t.Errorf("for %s a request that needs no Redis takes at the most: %+v", longest, b)
		}
	}
}

// latency tells how long answers took.
type latency struct{ p50, p99, longest time.Duration }

func latencyOf(batches []batch) latency {
	if len(batches) == 0 {
		return latency{}
	}
	took := make([]time.Duration, len(batches))
	for i, b := range batches {
		took[i] = b.took().Round(10 * time.Microsecond)
	}
	slices.Sort(took)
	return latency{took[len(took)/2], took[len(took)*99/100], took[len(took)-1]}
}

func (l latency) String() string {
	return fmt.Sprintf("p50 %s, p99 %s, longest %s", l.p50, l.p99, l.longest)
}

// statuses counts the answers.
func statuses(batches []batch) map[int]int {
	counts := map[int]int{}
	for _, b := range batches {
		counts[b.status]++
	}
	return counts
}

// The judge must be able to condemn.
func TestWorstMinute(t *testing.T) {
	t.Parallel()
	at := func(sent, answered time.Duration, spans int) batch {
		return batch{sent: sent * time.Second, answered: answered * time.Second, spans: spans}
	}
	for _, tt := range []struct {
		name    string
		batches []batch
		spans   int
		from    time.Duration
	}{
		{"none", nil, 0, 0},
		{"all within", []batch{at(0, 1, 10), at(59, 60, 20)}, 30, 0},
		{"one may have been decided before, one after", []batch{at(0, 1, 10), at(1, 2, 10), at(60, 61, 10)}, 20, 0},
		{"one that was answered late hides nothing", []batch{at(0, 90, 50), at(10, 20, 30), at(30, 70, 30)}, 60, 10},
	} {
		spans, from := worstMinute(tt.batches)
		assert.Equal(t, tt.spans, spans, tt.name)
		assert.Equal(t, tt.from*time.Second, from, tt.name)
	}
}
