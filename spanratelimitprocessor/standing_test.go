// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// holding is what client_token_auth keeps of a token: nil is no limit.
type holding struct {
	owner *identity.Owner
	*identity.Holder
}

func holdingOf(tokenLimit, organizationLimit *int64) holding {
	owner := identity.NewOwner(&token.Organization{ID: "shop", SpansPerMinute: organizationLimit})
	return holding{owner, identity.NewHolder(&token.Token{ID: "t-web", SpansPerMinute: tokenLimit}, owner)}
}

func (h holding) auth() client.AuthData { return identity.New(nil, h.Holder, "") }

// moment is one of the desk's clock.
func (d *desk) moment(at time.Duration) time.Time { return d.standing.born.Add(at) }

// exhausted returns for how long from the desk's now on no batch is worth reading, and what for.
func (d *desk) exhausted(h holding) (window.Scope, window.Limit, time.Duration) {
	e, _ := h.Standing().Exhausted(d.moment(d.now))
	if e.Until.IsZero() {
		return window.None, 0, 0
	}
	return e.Scope, e.Limit, e.Until.Sub(d.moment(d.now))
}

func (d *desk) checkExhausted(h holding, scope window.Scope, limit window.Limit, lasts time.Duration) {
	d.t.Helper()
	gotScope, gotLimit, got := d.exhausted(h)
	assert.Equal(d.t, scope, gotScope)
	assert.Equal(d.t, limit, gotLimit)
	assert.Equal(d.t, lasts, got)
}

func TestStandingTellsTheMoment(t *testing.T) {
	d := newDesk(t, same)
	h := holdingOf(new(int64(10)), nil)
	d.check(h.auth(), 4, codes.OK, "")
	d.now += 20 * time.Second
	d.check(h.auth(), 6, codes.OK, "")
	d.checkExhausted(h, window.None, 0, 0) // the next refusal tells
	d.now += 10 * time.Second
	d.check(h.auth(), 10, codes.ResourceExhausted, "token")
	d.checkExhausted(h, window.Token, 10, window.Hold-30*time.Second)

	d.now += window.Hold - 30*time.Second - 1
	d.checkExhausted(h, window.Token, 10, 1)
	d.check(h.auth(), 1, codes.ResourceExhausted, "token")
	d.now++
	d.checkExhausted(h, window.None, 0, 0)
	d.check(h.auth(), 1, codes.OK, "")
	d.check(h.auth(), 4, codes.ResourceExhausted, "token")
	d.checkExhausted(h, window.None, 0, 0) // 3 more fit
}

func TestStandingScopes(t *testing.T) {
	ten, five := new(int64(10)), new(int64(5))
	for name, c := range map[string]struct {
		token, organization *int64
		edit                func(*Config)
		spans, then         int
		scope               window.Scope
		limit               window.Limit
	}{
		"token":            {ten, nil, same, 10, 1, window.Token, 10},
		"organization":     {nil, ten, same, 10, 1, window.Organization, 10},
		"both":             {ten, ten, same, 10, 1, window.Token, 10},
		"no limit":         {nil, nil, same, 10, 1, window.None, 0},
		"one more fits":    {ten, nil, same, 9, 2, window.None, 0},
		"larger than ever": {five, nil, same, 5, 6, window.None, 0}, // 400, as before
		"by default": {
			nil, nil, func(c *Config) { c.DefaultOrganizationSpansPerMinute = ten }, 10, 1, window.Organization, 10,
		},
		"windows of origins": {ten, nil, func(c *Config) { c.TokenAttribute = identity.Origin }, 10, 1, window.None, 0},
		"other limits": {
			ten, ten, func(c *Config) { c.TokenLimitAttribute = identity.OrganizationSpansPerMinute }, 10, 1, window.None, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, c.edit)
			h := holdingOf(c.token, c.organization)
			d.send(h.auth(), c.spans)
			d.send(h.auth(), c.then)
			scope, limit, lasts := d.exhausted(h)
			assert.Equal(t, c.scope, scope)
			assert.Equal(t, c.limit, limit)
			assert.Equal(t, c.scope != window.None, lasts == window.Hold)
		})
	}
}

// A limit that is raised or taken away counts at once, and one of 0 is answered 403 here, as ever.
func TestStandingEndsWithTheRecord(t *testing.T) {
	for name, limit := range map[string]*int64{"raised": new(int64(20)), "none": nil, "zero": new(int64(0))} {
		d := newDesk(t, same)
		h := holdingOf(new(int64(10)), new(int64(10)))
		d.check(h.auth(), 10, codes.OK, "")
		d.check(h.auth(), 1, codes.ResourceExhausted, "token")
		d.checkExhausted(h, window.Token, 10, window.Hold)
		h.owner.Change(&token.Organization{ID: "shop", SpansPerMinute: limit})
		d.checkExhausted(h, window.None, 0, 0)
		if name == "zero" {
			d.check(h.auth(), 1, codes.PermissionDenied, "organization")
			d.checkExhausted(h, window.None, 0, 0)
		}
	}
}

// Of two limiters behind one authenticator both must be exhausted.
func TestStandingOfTwoLimiters(t *testing.T) {
	limited := func(to int64) *desk {
		return newDesk(t, func(c *Config) { c.DefaultOrganizationSpansPerMinute = &to })
	}
	small, large := limited(10), limited(20)
	large.standing.born = small.standing.born
	h := holdingOf(nil, nil)
	for _, d := range []*desk{small, large} {
		d.check(h.auth(), 10, codes.OK, "")
	}
	small.check(h.auth(), 1, codes.ResourceExhausted, "organization")
	small.checkExhausted(h, window.None, 0, 0)
	large.now += 10 * time.Second
	large.check(h.auth(), 10, codes.OK, "")
	large.check(h.auth(), 1, codes.ResourceExhausted, "organization")
	small.checkExhausted(h, window.Organization, 10, window.Hold)
	small.standing.stop()
	small.checkExhausted(h, window.Organization, 20, window.Hold)
	large.standing.stop()
	small.checkExhausted(h, window.None, 0, 0)
}

func TestStandingCountsBatches(t *testing.T) {
	d := newDesk(t, same)
	h := holdingOf(new(int64(40)), nil)
	d.check(h.auth(), 40, codes.OK, "")
	d.check(h.auth(), 0, codes.OK, "")
	d.check(h.auth(), 41, codes.InvalidArgument, "token")
	assert.EqualValues(t, 40, h.Standing().UsualBatch())
	d.check(h.auth(), 32, codes.ResourceExhausted, "token")
	assert.EqualValues(t, 39, h.Standing().UsualBatch())
}

// What is known of shared windows is believed for a second, and told with the exact moment all the same.
func TestStandingShared(t *testing.T) {
	d := newSharedDesk(t, redistest.Start(t), same)
	h := holdingOf(nil, new(int64(10)))
	d.check(h.auth(), 10, codes.OK, "")
	before := d.clock()
	d.check(h.auth(), 1, codes.ResourceExhausted, "organization")
	after := d.clock()
	e, ok := h.Standing().Exhausted(d.moment(before))
	require.True(t, ok)
	assert.Equal(t, window.Organization, e.Scope)
	assert.Equal(t, window.Limit(10), e.Limit)
	assert.True(t, e.Until.After(d.moment(before)))
	assert.False(t, e.Until.After(d.moment(after+time.Second)))
	assert.True(t, e.Retry.After(d.moment(before+50*time.Second)), "Redis tells when")
	assert.False(t, e.Retry.After(d.moment(after+window.Hold)))
}
