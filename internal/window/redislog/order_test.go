// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// One call with several batches does what as many calls at the same moment do: x and y live the same life, but x's
// batches come together. Their keys then hold the same.
func TestBatchesTogetherAsOneByOne(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, time.Second)
	c := choices{rand.New(rand.NewPCG(1, 2)).IntN}
	refused, admitted := 0, 0
	for range 300 * soak.Factor(t) {
		r.now += pick(c, 0, 300*ms, sec, -sec, 10*sec, 50*sec)
		call := batches(50, pick[window.Limit](c, 20, 60), spans(c)...)
		call.Organization = "x"
		together := r.do(call).Tokens[0].Refusers
		var apart []window.Scope
		for _, n := range call.Tokens[0].Batches {
			one := batches(50, call.Tokens[0].Log.Limit, n)
			one.Organization = "y"
			apart = append(apart, r.do(one).Tokens[0].Refusers...)
		}
		require.Equal(t, apart, together)
		refused, admitted = refused+count(apart, window.Organization), admitted+count(apart, window.None)
		x, y := r.inspect([]string{organizationKey("x"), tokenKey("x", "t")}),
			r.inspect([]string{organizationKey("y"), tokenKey("y", "t")})
		require.Equal(t, y[0].value, x[0].value)
		require.Equal(t, y[1].value, x[1].value)
	}
	require.Positive(t, refused)
	require.Positive(t, admitted)
}

func spans(c choices) []int64 {
	var all []int64
	for range 1 + c.choose(8) {
		all = append(all, 1+int64(c.choose(10)))
	}
	return all
}

func count(all []window.Scope, one window.Scope) int {
	n := 0
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

// Each admitted span is charged once to its token and once to the organization, each refused one to neither.
func TestBothScopesHoldWhatWasAdmitted(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, time.Second)
	c := choices{rand.New(rand.NewPCG(3, 4)).IntN}
	admitted := map[string]int64{}
	var all, refused int64
	for range 200 {
		r.now += int64(c.choose(int(100 * ms)))
		call := batches(2_000, 0)
		call.Tokens = call.Tokens[:0]
		for i := range 1 + c.choose(4) {
			t := redislog.Token{ID: strconv.Itoa(i), Log: redislog.Log{Limit: 600}, Batches: spans(c)}
			call.Tokens = append(call.Tokens, t)
		}
		for i, reply := range r.do(call).Tokens {
			for j, scope := range reply.Refusers {
				n := call.Tokens[i].Batches[j]
				if scope != window.None {
					refused += n
					continue
				}
				admitted[call.Tokens[i].ID] += n
				all += n
			}
		}
	}
	require.Positive(t, refused)
	require.Equal(t, all, parse(t, r.inspect([]string{organizationKey("o")})[0].value).total)
	for id, n := range admitted {
		require.Equal(t, n, parse(t, r.inspect([]string{tokenKey("o", id)})[0].value).total, id)
	}
}

// The token's refusal goes first, whatever the organization says.
func TestTokenBeforeOrganization(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, time.Second)
	require.Equal(t, []window.Scope{window.None}, r.do(batches(5, 5, 5)).Tokens[0].Refusers)
	require.Equal(t, []window.Scope{window.Token}, r.do(batches(5, 5, 1)).Tokens[0].Refusers)
	require.Equal(t, []window.Scope{window.Organization}, r.do(batches(5, 6, 1)).Tokens[0].Refusers)
	require.Equal(t, []window.Scope{window.Token}, r.do(batches(6, 5, 1)).Tokens[0].Refusers)
}
