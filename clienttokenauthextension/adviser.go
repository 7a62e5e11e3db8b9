// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const (
	adviseEvery = time.Minute
	tellEvery   = 24 * time.Hour
	tellFirst   = 10 // tokens in a line
)

// kinds are the warnings that come up while nobody touches a token.
var kinds = [...]advice.Kind{advice.OldSecret, advice.Expiring, advice.LowLimit}

// adviser tells once a day, a line for each kind, which tokens somebody should look after, and counts them every minute.
type adviser struct {
	registry *registry.Registry
	logger   *zap.Logger
	now      func() time.Time
	last     time.Time
	counts   [len(kinds)]atomic.Int64
	done     chan struct{}
	running  sync.WaitGroup
	stopping sync.Once
}

func newAdviser(tokens *registry.Registry, logger *zap.Logger, now func() time.Time) *adviser {
	return &adviser{registry: tokens, logger: logger, now: now, done: make(chan struct{})}
}

func (a *adviser) start() {
	a.look()
	a.running.Go(a.run)
}

// stop may come without start, and twice.
func (a *adviser) stop() {
	a.stopping.Do(func() { close(a.done) })
	a.running.Wait()
}

func (a *adviser) run() {
	ticker := time.NewTicker(adviseEvery)
	defer ticker.Stop()
	for {
		select {
		case <-a.done:
			return
		case <-ticker.C:
			a.look()
		}
	}
}

// look counts the tokens, and tells of them if a day has passed. They may come late, when Redis is away at the start.
func (a *adviser) look() {
	now := a.now()
	found := a.find(now)
	for i := range found {
		a.counts[i].Store(found[i].tokens)
	}
	if a.registry.Len() == 0 || !a.last.IsZero() && now.Sub(a.last) < tellEvery {
		return
	}
	a.last = now
	for i, kind := range kinds {
		if found[i].tokens > 0 {
			a.logger.Warn("client tokens need looking after", zap.String("warning", string(kind)),
				zap.Int64("tokens", found[i].tokens), zap.Strings("first", found[i].texts()))
		}
	}
}

// find looks at all tokens. With 100,000 of them it takes some 0.1 s, in which nobody waits for it.
func (a *adviser) find(now time.Time) *[len(kinds)]neglected {
	var found [len(kinds)]neglected
	a.registry.Each(func(t *token.Token, o *token.Organization) {
		for _, w := range advice.For(t, o, now) {
			if i := slices.Index(kinds[:], w.Kind); i >= 0 {
				found[i].add(t, w)
			}
		}
	})
	return &found
}

// neglected are the tokens with one kind of warning: their number, and the first of them by id.
type neglected struct {
	tokens int64
	first  []warned
}

type warned struct {
	id string
	advice.Warning
}

func (n *neglected) add(t *token.Token, w advice.Warning) {
	n.tokens++
	i, _ := slices.BinarySearchFunc(n.first, t.ID, func(w warned, id string) int { return strings.Compare(w.id, id) })
	if i >= tellFirst {
		return
	}
	n.first = slices.Insert(n.first, i, warned{t.ID, w})
	n.first = n.first[:min(len(n.first), tellFirst)]
}

func (n *neglected) texts() []string {
	var texts []string
	for _, w := range n.first {
		texts = append(texts, w.id+": "+w.Text()+": "+w.Fix())
	}
	return texts
}
