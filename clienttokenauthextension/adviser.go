// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const (
	adviseEvery = 24 * time.Hour
	adviseCheck = time.Minute // tokens may come late, when Redis is away at the start
	adviseShown = 10          // tokens in a line
)

// kinds are the warnings that come up while nobody touches a token.
var kinds = [...]advice.Kind{advice.OldSecret, advice.Expiring, advice.LowLimit}

// adviser tells once a day, a line for each kind, which tokens somebody should look after.
type adviser struct {
	registry *registry.Registry
	logger   *zap.Logger
	now      func() time.Time
	last     time.Time
	done     chan struct{}
	running  sync.WaitGroup
	stopping sync.Once
}

func newAdviser(tokens *registry.Registry, logger *zap.Logger, now func() time.Time) *adviser {
	return &adviser{registry: tokens, logger: logger, now: now, done: make(chan struct{})}
}

func (a *adviser) start() {
	a.advise()
	a.running.Go(a.run)
}

// stop may come without start, and twice.
func (a *adviser) stop() {
	a.stopping.Do(func() { close(a.done) })
	a.running.Wait()
}

func (a *adviser) run() {
	ticker := time.NewTicker(adviseCheck)
	defer ticker.Stop()
	for {
		select {
		case <-a.done:
			return
		case <-ticker.C:
			a.advise()
		}
	}
}

// advise does nothing until a day has passed.
func (a *adviser) advise() {
	now := a.now()
	if a.registry.Len() == 0 || !a.last.IsZero() && now.Sub(a.last) < adviseEvery {
		return
	}
	a.last = now
	found := a.find()
	for _, kind := range kinds {
		if warnings := found[kind]; len(warnings) > 0 {
			slices.Sort(warnings)
			a.logger.Warn("client tokens need looking after", zap.String("warning", string(kind)),
				zap.Int("tokens", len(warnings)), zap.Strings("first", warnings[:min(len(warnings), adviseShown)]))
		}
	}
}

// find returns the warnings of each kind, as texts.
func (a *adviser) find() map[advice.Kind][]string {
	found := map[advice.Kind][]string{}
	a.each(func(t *token.Token, w advice.Warning) {
		found[w.Kind] = append(found[w.Kind], t.ID+": "+w.Text()+": "+w.Fix())
	})
	return found
}

// count returns how many tokens have each kind of warning, in the order of kinds.
func (a *adviser) count() [len(kinds)]int64 {
	var counts [len(kinds)]int64
	a.each(func(_ *token.Token, w advice.Warning) {
		if i := slices.Index(kinds[:], w.Kind); i >= 0 {
			counts[i]++
		}
	})
	return counts
}

func (a *adviser) each(visit func(*token.Token, advice.Warning)) {
	now := a.now()
	a.registry.Each(func(t *token.Token, o *token.Organization) {
		for _, w := range advice.For(t, o, now) {
			visit(t, w)
		}
	})
}
