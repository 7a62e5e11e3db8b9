// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

const (
	tokenLimitUnreadable = "the sender's token limit can't be read: " +
		"it must be a whole number from 0 to 1,000,000,000"
	organizationLimitUnreadable = "the sender's organization limit can't be read: " +
		"it must be a whole number from 0 to 1,000,000,000"
	tokenUnreadable        = "the sender's token id can't be read: it must be a string or a number"
	organizationUnreadable = "the sender's organization id can't be read: it must be a string or a number"
)

// plan is a limit type of somebody else's authenticator.
type plan uint16

func TestSendersLimit(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  window.Limit
	}{
		{nil, window.Unlimited},
		{int64(0), 0},
		{int64(600), 600},
		{int64(1_000_000_000), 1_000_000_000},
		{600, 600},
		{int8(100), 100},
		{int16(600), 600},
		{int32(600), 600},
		{uint(600), 600},
		{uint8(200), 200},
		{uint16(600), 600},
		{uint32(600), 600},
		{uint64(600), 600},
		{plan(600), 600},
		{float64(600), 600},
		{float32(600), 600},
		{float64(1e9), 1_000_000_000},
		{math.Copysign(0, -1), 0},
		{"600", 600},
		{"0", 0},
		{"1000000000", 1_000_000_000},
		{json.Number("600"), 600},
	} {
		t.Run(fmt.Sprintf("%T %v", tt.value, tt.value), func(t *testing.T) {
			s := newSenders(defaults(func(*Config) {}))
			b, err := s.batch(from(t, shop(tt.value, tt.value)), 1)
			require.NoError(t, err)
			assert.Equal(t, tt.want, b.TokenLimit)
			assert.Equal(t, tt.want, b.OrganizationLimit)
		})
	}
}

func TestSendersLimitUnreadable(t *testing.T) {
	for _, value := range []any{
		int64(-1), int64(1_000_000_001), int64(math.MaxInt64), int64(math.MinInt64),
		-1, int8(-1), uint32(math.MaxUint32), uint64(1<<32 + 600), uint64(1<<63 + 600), uint64(math.MaxUint64),
		-1.0, 0.5, 600.1, 1e9 + 1, 1e19, -1e19, float64(1 << 63), math.MaxFloat64, math.SmallestNonzeroFloat64,
		math.NaN(), math.Inf(1), math.Inf(-1), float32(math.Inf(1)),
		"", " ", "600 ", "6e2", "600.0", "0x10", "1_000", "1,000", "-1", "1000000001", "9223372036854775808", "many",
		json.Number("6e2"), json.Number(""),
		true, []byte("600"),
		[]string{"600"},
		map[string]any{},
		struct{}{},
		new(int64(600)), (*int64)(nil), complex(600, 0),
	} {
		t.Run(fmt.Sprintf("%T %v", value, value), func(t *testing.T) {
			s := newSenders(defaults(func(*Config) {}))
			b, err := s.batch(from(t, shop(value, nil)), 1)
			require.EqualError(t, err, tokenLimitUnreadable)
			assert.False(t, missing(err), "missing_identity: allow would let it through")
			assert.Zero(t, b, "not even by accident a limit")

			_, err = s.batch(from(t, shop(nil, value)), 1)
			require.EqualError(t, err, organizationLimitUnreadable)
			assert.False(t, missing(err), "missing_identity: allow would let it through")
		})
	}
}

func TestSendersID(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  string
	}{
		{"shop", "shop"},
		{"0.a_b-c", "0.a_b-c"},
		{strings.Repeat("a", 63), strings.Repeat("a", 63)},
		{strings.Repeat("a", 64), "h-ffe054fe7ae0cb6dc65c3af9b61d5209"},
		{"Shop", "h-d00aae6b7fbf77a4566d8df36805d7ae"},
		{"h-d00aae6b7fbf77a4566d8df36805d7ae", "h-97a43c3ea06f4390fd1d1e8fead80aeb"}, // who is called so must not count as Shop
		{"h-mart", "h-mart"},
		{"my shop", "h-"},
		{" shop", "h-"},
		{"-shop", "h-"},
		{"店", "h-"},
		{"shop\x00", "h-"},
		{"{shop}", "h-"},
		{strings.Repeat("a", 1<<20), "h-"},
		{42, "42"},
		{int64(-42), "h-"},
		{uint64(math.MaxUint64), "18446744073709551615"},
		{float64(12_345_678), "12345678"}, // as encoding/json reads a claim
		{json.Number("12345678"), "12345678"},
		{token.KindWeb, "web"},
	} {
		t.Run(fmt.Sprintf("%T %.20v", tt.value, tt.value), func(t *testing.T) {
			s := newSenders(defaults(func(*Config) {}))
			b, err := s.batch(from(t, sender{"organization_id": tt.value, "token_id": tt.value}), 1)
			require.NoError(t, err)
			assert.Equal(t, b.Organization, b.Token)
			if tt.want == "h-" {
				assert.Regexp(t, "^h-[0-9a-f]{32}$", b.Token)
				return
			}
			assert.Equal(t, tt.want, b.Token)
		})
	}
}

// Taken for absent, such a token would be free of its limit.
func TestSendersIDUnreadable(t *testing.T) {
	s := newSenders(defaults(func(*Config) {}))
	for _, value := range []any{true, []string{"shop"}, []byte("shop"), map[string]any{}, new("shop"), (*string)(nil)} {
		t.Run(fmt.Sprintf("%T", value), func(t *testing.T) {
			_, err := s.batch(from(t, shop(nil, nil).with("token_id", value)), 1)
			require.EqualError(t, err, tokenUnreadable)
			assert.False(t, missing(err))

			_, err = s.batch(from(t, shop(nil, nil).with("organization_id", value)), 1)
			require.EqualError(t, err, organizationUnreadable)
			assert.False(t, missing(err))
		})
	}
}

func TestSendersMissing(t *testing.T) {
	s := newSenders(defaults(func(*Config) {}))
	for name, tt := range map[string]struct {
		auth client.AuthData
		want error
	}{
		"no auth":             {nil, errNoAuth},
		"no attributes":       {sender{}, errNoOrganization},
		"organization absent": {shop(1, 1).with("organization_id", nil), errNoOrganization},
		"organization empty":  {shop(1, 1).with("organization_id", ""), errNoOrganization},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := s.batch(from(t, tt.auth), 1)
			require.ErrorIs(t, err, tt.want)
			assert.True(t, missing(err))
			assert.Zero(t, b)
		})
	}
}

func TestSendersBatch(t *testing.T) {
	other := defaults(func(c *Config) {
		c.TokenAttribute, c.TokenLimitAttribute = "subject", "subject_limit"
		c.OrganizationAttribute, c.OrganizationLimitAttribute = "tenant", "tenant_limit"
		c.DefaultOrganizationSpansPerMinute = new(int64(7))
	})
	zero := defaults(func(c *Config) { c.DefaultOrganizationSpansPerMinute = new(int64(0)) })
	plain := defaults(func(*Config) {})
	const none = window.Unlimited
	for name, tt := range map[string]struct {
		cfg  *Config
		auth client.AuthData
		want window.Batch
	}{
		"both limits":         {plain, shop(5, 6), counts("shop", "t-web", 6, 5)},
		"no limits":           {plain, shop(nil, nil), counts("shop", "t-web", none, none)},
		"token absent":        {plain, sender{"organization_id": "shop"}, counts("shop", "", none, none)},
		"token empty":         {plain, shop(5, 6).with("token_id", ""), counts("shop", "", 6, 5)},
		"other names":         {other, sender{"subject": "s", "tenant": "t"}, counts("t", "s", 7, none)},
		"other limits":        {other, sender{"tenant": "t", "tenant_limit": 8}, counts("t", "", 8, none)},
		"limit above default": {other, sender{"tenant": "t", "tenant_limit": 0}, counts("t", "", 0, none)},
		"default of zero":     {zero, shop(5, nil), counts("shop", "t-web", 0, 5)},
		"default no token":    {zero, shop(nil, 6), counts("shop", "t-web", 6, none)},
		"our own":             {plain, ourOwn(), counts("shop", "t-web", 6, 5)},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSenders(tt.cfg)
			b, err := s.batch(from(t, tt.auth), 9)
			require.NoError(t, err)
			assert.Equal(t, tt.want, b)
		})
	}
}

func counts(organization, token string, organizationLimit, tokenLimit window.Limit) window.Batch {
	return window.Batch{
		Organization: organization, OrganizationLimit: organizationLimit,
		Token: token, TokenLimit: tokenLimit,
		Spans: 9,
	}
}

// ourOwn is what client_token_auth publishes.
func ourOwn() client.AuthData {
	return identity.New(nil, identity.NewHolder(
		&token.Token{ID: "t-web", SpansPerMinute: new(int64(5))},
		identity.NewOwner(&token.Organization{ID: "shop", SpansPerMinute: new(int64(6))}),
	), "https://shop.example")
}
