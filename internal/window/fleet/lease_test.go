// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

func TestLeaseSpend(t *testing.T) {
	at := window.Batch{Token: "t", TokenLimit: 50, OrganizationLimit: 60, Spans: 10}
	with := func(change func(*window.Batch)) *window.Batch {
		b := at
		change(&b)
		return &b
	}
	for name, c := range map[string]struct {
		now   time.Duration
		batch *window.Batch
		ok    bool
	}{
		"all of it":              {5 * sec, &at, true},
		"some":                   {5 * sec, with(func(b *window.Batch) { b.Spans = 1 }), true},
		"more":                   {5 * sec, with(func(b *window.Batch) { b.Spans = 11 }), false},
		"at the last moment":     {6*sec - 1, &at, true},
		"at the end":             {6 * sec, &at, false},
		"token's limit edited":   {5 * sec, with(func(b *window.Batch) { b.TokenLimit = 49 }), false},
		"other limit edited":     {5 * sec, with(func(b *window.Batch) { b.OrganizationLimit = 61 }), false},
		"without token no limit": {5 * sec, with(func(b *window.Batch) { b.Token = "" }), false},
	} {
		l := lease{left: 10, end: 6 * sec, limits: limits{token: 50, organization: 60}}
		assert.Equal(t, c.ok, l.spend(c.now, c.batch), name)
		left := int64(10)
		if c.ok {
			left -= c.batch.Spans
		}
		assert.Equal(t, left, l.left, name)
	}
}

func TestGranted(t *testing.T) {
	c := &commit{asked: 7 * sec, received: 8 * sec, lease: 10 * sec, reply: redislog.Reply{Now: 1_000_000}}
	c.call.Log.Limit = 60
	c.call.Tokens = []redislog.Token{{}, {Log: redislog.Log{Limit: 50}}}
	want := lease{left: 3, end: 16900 * time.Millisecond, date: 11_000_000, limits: limits{token: 50, organization: 60}}
	assert.Equal(t, want, granted(3, c, 1))
}

func TestRefund(t *testing.T) {
	const none = window.Unlimited
	lent := func(spans, date int64, token, organization window.Limit) lease {
		return lease{left: spans, date: date, limits: limits{token, organization}}
	}
	early, late := lent(5, 7, 1, 1), lent(4, 9, 1, 1)
	for name, c := range map[string]struct {
		leases []lease
		at     limits
		want   redislog.Refund
	}{
		"nothing":                     {nil, limits{1, 1}, redislog.Refund{}},
		"spent":                       {[]lease{lent(0, 9, 1, 1)}, limits{1, 1}, redislog.Refund{}},
		"one":                         {[]lease{lent(4, 9, 1, 1)}, limits{1, 1}, redislog.Refund{Spans: 4, Date: 9}},
		"the earlier of two":          {[]lease{early, late}, limits{1, 1}, redislog.Refund{Spans: 9, Date: 7}},
		"the other way round":         {[]lease{late, early}, limits{1, 1}, redislog.Refund{Spans: 9, Date: 7}},
		"limits edited":               {[]lease{lent(4, 9, 1, 2)}, limits{2, 1}, redislog.Refund{Spans: 4, Date: 9}},
		"token not charged":           {[]lease{lent(4, 9, none, 1)}, limits{1, 1}, redislog.Refund{}},
		"organization not charged":    {[]lease{lent(4, 9, 1, none)}, limits{1, 1}, redislog.Refund{}},
		"one of two not charged":      {[]lease{lent(4, 9, 1, none), lent(4, 9, 1, 1)}, limits{1, 1}, redislog.Refund{}},
		"token of two not charged":    {[]lease{lent(4, 9, 1, 1), lent(4, 9, none, 1)}, limits{1, 1}, redislog.Refund{}},
		"neither has a limit":         {[]lease{lent(4, 9, none, none)}, limits{none, none}, redislog.Refund{Spans: 4, Date: 9}},
		"token has none any more":     {[]lease{lent(4, 9, 1, 1)}, limits{none, 1}, redislog.Refund{Spans: 4, Date: 9}},
		"the other has none any more": {[]lease{lent(4, 9, 1, 1)}, limits{1, none}, redislog.Refund{Spans: 4, Date: 9}},
	} {
		var r refund
		for _, l := range c.leases {
			r.add(l)
		}
		assert.Equal(t, c.want, r.take(c.at), name)
		assert.Equal(t, refund{}, r, "taken once")
	}
}

func TestDemand(t *testing.T) {
	type batch struct {
		at    time.Duration
		spans int64
	}
	for name, c := range map[string]struct {
		batches     []batch
		want, least int64
	}{
		"none":                     {nil, 0, 0},
		"two":                      {[]batch{{10 * sec, 5}, {10 * sec, 5}}, 0, 0},
		"three":                    {[]batch{{10 * sec, 5}, {10 * sec, 5}, {10 * sec, 6}}, 16, 6},
		"just within a stretch":    {[]batch{{10 * sec, 5}, {10 * sec, 5}, {11*sec - 1, 5}}, 15, 5},
		"in another":               {[]batch{{10 * sec, 5}, {10 * sec, 5}, {11 * sec, 5}}, 0, 0},
		"the one before was more":  {[]batch{{10 * sec, 5}, {10 * sec, 5}, {10 * sec, 5}, {11 * sec, 1}}, 15, 5},
		"this one is more":         {[]batch{{10 * sec, 1}, {11 * sec, 5}, {11 * sec, 5}, {11 * sec, 5}}, 15, 5},
		"the one before, just so":  {[]batch{{10 * sec, 5}, {10 * sec, 5}, {10 * sec, 5}, {12*sec - 1, 1}}, 15, 5},
		"too long ago":             {[]batch{{10 * sec, 5}, {10 * sec, 5}, {10 * sec, 5}, {12 * sec, 1}}, 0, 0},
		"few large, then no lease": {[]batch{{10 * sec, 1}, {10 * sec, 1}, {10 * sec, 1}, {11 * sec, 9}}, 0, 0},
	} {
		var d demand
		for _, b := range c.batches {
			d.add(b.at, b.spans, sec)
		}
		want, least := d.want()
		assert.Equal(t, [2]int64{c.want, c.least}, [2]int64{want, least}, name)
	}
}
