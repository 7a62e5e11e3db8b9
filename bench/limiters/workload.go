// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"math/rand/v2"
)

const (
	outOfReach    = 1_000_000_000
	soonUsedUp    = 1_000
	maxGoroutines = 512
)

// workload is who asks, how often, and for how much.
type workload struct {
	name          string
	tokens        int
	organizations int
	goroutines    int
	n             int // spans in a batch
	quota         quota
	skewed        bool // by Zipf's law, the first token most; else all tokens alike
	refused       bool // all but a few batches are; else none
}

func (w workload) title() string {
	return w.name
}

// workloads are all there are. The two floods differ in whether the organizations, too, have used up their limit: then
// even a limiter that asks for both need not go to Redis.
func workloads() []workload {
	free := quota{token: outOfReach, organization: outOfReach}
	usedUp := quota{token: soonUsedUp, organization: soonUsedUp}
	tokenUsedUp := quota{token: soonUsedUp, organization: outOfReach}
	return []workload{
		{name: "hot", tokens: 1, organizations: 1, goroutines: 256, n: 1, quota: free},
		{name: "hot16", tokens: 16, organizations: 4, goroutines: 64, n: 1, quota: free},
		{name: "uniform", tokens: 10_000, organizations: 100, goroutines: 256, n: 1, quota: free},
		{name: "zipf", tokens: 10_000, organizations: 100, goroutines: 256, n: 1, quota: free, skewed: true},
		{name: "flood", tokens: 16, organizations: 16, goroutines: 64, n: 50, quota: usedUp, refused: true},
		{name: "tokenflood", tokens: 16, organizations: 4, goroutines: 64, n: 50, quota: tokenUsedUp, refused: true},
	}
}

func (w workload) String() string {
	return fmt.Sprintf("%s: %d tokens of %d organizations, %d goroutines, batches of %d, limits a minute %d and %d",
		w.name, w.tokens, w.organizations, w.goroutines, w.n, w.quota.token, w.quota.organization)
}

// verify makes sure that the figures are about what the workload is to show.
func (w workload) verify(share float64) error {
	switch {
	case w.refused && share > 0.01:
		return fmt.Errorf("%.2f %% of a flood were admitted, more than 1 %%: it does not limit, or needs a longer -warmup",
			100*share)
	case !w.refused && share < 1:
		return fmt.Errorf("%.2f %% were admitted, though the limit is out of reach", 100*share)
	}
	return nil
}

// identity is who a batch comes from. Ids look as they do in real life.
type identity struct {
	organization, token string
}

func (w workload) identities() []identity {
	random := rand.New(rand.NewPCG(1, 1))
	all := make([]identity, w.tokens)
	for i := range all {
		all[i] = identity{fmt.Sprintf("org-%04d", i%w.organizations), "t-" + letters(random, 10)}
	}
	return all
}

func letters(random *rand.Rand, n int) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = byte('a' + random.IntN(26))
	}
	return string(text)
}

// sequenceLength is a power of two, so that going round costs nothing.
const sequenceLength = 1 << 12

// sequence returns the identities that a goroutine asks for in turn, the same in every run.
func (w workload) sequence(goroutine int, all []identity) []*identity {
	random := rand.New(rand.NewPCG(2, uint64(goroutine)))
	draw := func() uint64 { return random.Uint64N(uint64(w.tokens)) }
	if w.skewed {
		draw = rand.NewZipf(random, 1.1, 1, uint64(w.tokens-1)).Uint64
	}
	sequence := make([]*identity, sequenceLength)
	for i := range sequence {
		sequence[i] = &all[draw()]
	}
	return sequence
}
