// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lookout

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/memorystore"
)

// tower is a bench from which tokens and usage can be seen.
type tower struct {
	*bench

	book    *book
	counted *memorystore.Store
	watch   *watch
}

func newTower(t *testing.T, tokens ...*token.Token) *tower {
	t.Helper()
	tw := &tower{book: newBook()}
	tw.bench = newBench(t, tw.book)
	tw.counted = memorystore.New(tw.Now)
	tw.Usage = tw.counted
	tw.Served = func(visit func(*token.Token, *token.Organization)) {
		for _, tok := range tokens {
			visit(tok, tw.book.organizations["acme"])
		}
	}
	tw.watch = newWatch(tw.Options)
	return tw
}

func limited(id string, limit int64) *token.Token {
	return &token.Token{ID: id, Organization: "acme", SpansPerMinute: &limit}
}

// looks looks at the present moment, and tells what was put in since the last time.
func (tw *tower) looks() []string {
	tw.t.Helper()
	require.NoError(tw.t, tw.watch.look(tw.t.Context()))
	return tw.posted()
}

// offers counts for a token, and its organization, in the present minute.
func (tw *tower) offers(id string, c usage.Counts) {
	tw.t.Helper()
	require.NoError(tw.t, tw.counted.Add(tw.t.Context(), &usage.Batch{Time: tw.now, Deltas: []usage.Delta{
		{Subject: usage.Subject{Organization: "acme", Token: id}, Counts: c},
		{Subject: usage.Subject{Organization: "acme"}, Counts: c},
	}}))
}

// minutes does something in each of so many minutes, and ends a little after them.
func (tw *tower) minutes(n int, do func()) {
	for range n {
		do()
		tw.now = tw.now.Add(time.Minute)
	}
}

func TestExpiring(t *testing.T) {
	day := 24 * time.Hour
	ends := func(id string, at time.Time) *token.Token {
		return &token.Token{ID: id, Organization: "acme", ExpiresAt: at}
	}
	disabled := ends("disabled", noon.Add(time.Hour))
	disabled.Disabled = true
	lastSecret := &token.Token{ID: "last-secret", Organization: "acme"}
	lastSecret.Secrets = []token.Secret{{ExpiresAt: noon.Add(15 * day)}}
	rotated := &token.Token{ID: "rotated", Organization: "acme", Secrets: []token.Secret{{ExpiresAt: noon.Add(day)}, {}}}
	soon := ends("soon", noon.Add(14*day))
	tw := newTower(t, soon, ends("over", noon), ends("never", time.Time{}), disabled, lastSecret, rotated)

	assert.Equal(t, toAll(`Client token "soon" of Acme Inc. expires within 14 days`), tw.looks())
	tw.now = noon.Add(time.Minute)
	assert.Empty(t, tw.looks(), "once")
	tw.now = noon.Add(day)
	assert.Equal(t, toAll(`Client token "last-secret" of Acme Inc. expires within 14 days`), tw.looks())
	soon.ExpiresAt = noon.Add(10 * day)
	tw.now = noon.Add(day + time.Minute)
	assert.Equal(t, toAll(`Client token "soon" of Acme Inc. expires within 14 days`), tw.looks(), "for another end once more")
	tw.minutes(13*24, func() { tw.now = tw.now.Add(59 * time.Minute); assert.Empty(t, tw.looks()) })
}

// tally notes how many claims an outbox is asked for at once.
type tally struct {
	outbox.Outbox

	most, all int
}

func (c *tally) Once(ctx context.Context, claims []outbox.Claim, put ...outbox.Delivery) (outbox.Result, error) {
	c.most, c.all = max(c.most, len(claims)), c.all+len(claims)
	return c.Outbox.Once(ctx, claims, put...)
}

func TestTokensOfAnOrganizationAreOneMail(t *testing.T) {
	const many = 2*maxClaims + 20
	var tokens []*token.Token
	for i := range many {
		tokens = append(tokens, &token.Token{ID: fmt.Sprintf("t-%03d", i), Organization: "acme", ExpiresAt: noon.Add(time.Hour)})
	}
	tw := newTower(t, tokens...)
	claimed := &tally{Outbox: tw.Outbox}
	tw.watch.Outbox = claimed
	assert.Equal(t, toAll(fmt.Sprintf(`%d client tokens of Acme Inc. expire within 14 days`, many)), tw.looks())
	assert.Equal(t, []int{maxClaims, many + 1}, []int{claimed.most, claimed.all}, "Redis is not held up")
	tw.now = noon.Add(time.Minute)
	assert.Empty(t, tw.looks(), "all were told")
}

func TestOneCollectorLooksAMinute(t *testing.T) {
	tok := &token.Token{ID: "soon", Organization: "acme", ExpiresAt: noon.Add(time.Hour)}
	tw := newTower(t, tok)
	assert.Len(t, tw.looks(), 3)
	tok.ExpiresAt = noon.Add(2 * time.Hour)
	tw.now = noon.Add(30 * time.Second)
	assert.Empty(t, tw.looks(), "somebody has just looked")
	tw.now = noon.Add(time.Minute)
	assert.Len(t, tw.looks(), 3)
}

func TestLimitsReached(t *testing.T) {
	tw := newTower(t, limited("shop", 100), limited("closed", 0), &token.Token{ID: "free", Organization: "acme"})
	tw.offers("shop", usage.Counts{Admitted: 100, Refused: usage.Refused{Batch: 5, Client: 5, Unavailable: 5}})
	tw.offers("closed", usage.Counts{Refused: usage.Refused{Token: 50}})
	tw.offers("free", usage.Counts{Admitted: 1000, Refused: usage.Refused{Organization: 7}})
	assert.Empty(t, tw.looks(), "no limit was reached, or one of 0")

	tw.now = noon.Add(time.Minute)
	tw.offers("shop", usage.Counts{Refused: usage.Refused{Token: 1}})
	shop := toAll(`Client token "shop" of Acme Inc. has reached its limit`)
	assert.Equal(t, shop, tw.looks())
	tw.now = noon.Add(2 * time.Minute)
	tw.offers("shop", usage.Counts{Refused: usage.Refused{Token: 1}})
	assert.Empty(t, tw.looks(), "once a day")

	limit := int64(1000)
	tw.book.organizations["acme"].SpansPerMinute = &limit
	tw.now = noon.Add(3 * time.Minute)
	assert.Equal(t, toAll("Organization Acme Inc. has reached its limit"), tw.looks())

	tw.now = noon.Add(12 * time.Hour)
	assert.Empty(t, tw.looks(), "a new day")
	tw.offers("shop", usage.Counts{Refused: usage.Refused{Token: 1}})
	tw.now = tw.now.Add(time.Minute)
	assert.Equal(t, shop, tw.looks())
}

func TestALimitReachedJustBeforeMidnight(t *testing.T) {
	tw := newTower(t, limited("shop", 100))
	tw.now = noon.Add(12*time.Hour - time.Second)
	tw.offers("shop", usage.Counts{Refused: usage.Refused{Token: 1}})
	tw.now = noon.Add(12*time.Hour + 30*time.Second)
	assert.Len(t, tw.looks(), 3)
	tw.now = tw.now.Add(time.Minute)
	assert.Empty(t, tw.looks())
}

func TestHeavilyRefused(t *testing.T) {
	headline := toAll(`Client token "shop" of Acme Inc. loses more than 20 % of its spans`)
	bad := usage.Counts{Admitted: 79, Refused: usage.Refused{Token: 10, Client: 5, Batch: 5}, ShedEstimated: 1}
	fair := usage.Counts{Admitted: 80, Refused: usage.Refused{Token: 20}}
	tw := newTower(t, limited("shop", 100), limited("closed", 0))
	tw.Kinds = []notify.Kind{notify.HeavilyRefused}
	tw.watch = newWatch(tw.Options)
	step := func(shop usage.Counts) []string {
		tw.offers("shop", shop)
		tw.offers("closed", usage.Counts{Refused: usage.Refused{Token: 500}})
		tw.now = tw.now.Add(time.Minute + late)
		defer func() { tw.now = tw.now.Add(-late) }()
		return tw.looks()
	}
	for i := range 9 {
		assert.Empty(t, step(bad), i)
	}
	assert.Empty(t, step(fair), "20 % in one of the minutes is not above")
	for i := range 9 {
		assert.Empty(t, step(bad), i)
	}
	assert.Equal(t, headline, step(bad))
	for i := range 90 {
		assert.Empty(t, step(bad), i)
	}
	for i := range 45 {
		assert.Empty(t, step(fair), i)
	}
	for i := range 10 {
		assert.Empty(t, step(bad), "for less than an hour it was better: %d", i)
	}
	for range 51 {
		assert.Empty(t, step(fair))
	}
	for range 9 {
		assert.Empty(t, step(bad))
	}
	assert.Equal(t, headline, step(bad), "again after an hour")
}

func TestHeavilyRefusedNeedsTraffic(t *testing.T) {
	for name, c := range map[string]usage.Counts{
		"9 spans a minute": {Refused: usage.Refused{Token: 9}},
		"none":             {},
	} {
		tw := newTower(t, &token.Token{ID: "shop", Organization: "acme"})
		tw.minutes(12, func() { tw.offers("shop", c) })
		tw.now = tw.now.Add(late)
		assert.Empty(t, tw.looks(), name)
	}
}

// Where the organization's limit refuses, or Redis can't be asked, the organization is told, not each of its tokens.
func TestWhoseRefusalsTheyAre(t *testing.T) {
	for name, c := range map[string]usage.Counts{
		"limit of the organization": {Admitted: 50, Refused: usage.Refused{Organization: 10, Token: 5}, ShedEstimated: 100},
		"nobody could be asked":     {Admitted: 50, Refused: usage.Refused{Unavailable: 20}},
	} {
		tw := newTower(t, limited("a", 100), limited("b", 100))
		tw.Kinds = []notify.Kind{notify.HeavilyRefused}
		tw.watch = newWatch(tw.Options)
		tw.minutes(10, func() { tw.offers("a", c); tw.offers("b", c) })
		tw.now = tw.now.Add(late)
		assert.Equal(t, toAll("Organization Acme Inc. loses more than 20 % of its spans"), tw.looks(), name)
	}
}

// blind is usage that can't be read.
type blind struct{ usage.Reader }

func (blind) Totals(context.Context, usage.Period, ...usage.Subject) ([]usage.Counts, error) {
	return nil, errors.New("away")
}

func (blind) Series(context.Context, usage.Period, ...usage.Subject) ([]usage.Series, error) {
	return nil, errors.New("away")
}

func TestUnknownUsageHidesNothingElse(t *testing.T) {
	tw := newTower(t, &token.Token{ID: "soon", Organization: "acme", ExpiresAt: noon.Add(time.Hour)})
	tw.Usage = blind{}
	tw.watch = newWatch(tw.Options)
	require.ErrorContains(t, tw.watch.look(t.Context()), "away")
	assert.Len(t, tw.posted(), 3)

	tw = newTower(t, &token.Token{ID: "soon", Organization: "acme", ExpiresAt: noon.Add(time.Hour)})
	tw.Usage = nil
	tw.watch = newWatch(tw.Options)
	assert.Len(t, tw.looks(), 3, "nothing is counted")
}

// Several collectors may look at the same moment, when one that looks is slow.
func TestTwoWhoSeeTheSameTellItOnce(t *testing.T) {
	tw := newTower(t, &token.Token{ID: "soon", Organization: "acme", ExpiresAt: noon.Add(time.Hour)})
	seen := tw.watch.expiring(tw.watch.fleet())
	fresh, err := tw.watch.fresh(t.Context(), seen)
	require.NoError(t, err)
	require.NoError(t, tw.watch.put(t.Context(), fresh))
	require.NoError(t, tw.watch.put(t.Context(), fresh))
	assert.Len(t, tw.posted(), 3)
	_, found, err := tw.Outbox.Next(t.Context(), outbox.SMTP, time.Minute)
	require.NoError(t, err)
	assert.False(t, found)
}
