// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// Debts count from when they were made, whatever the limit, and those older than a minute don't.
func TestDebts(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, time.Second)
	call := batches(5, 100, 1)
	call.Log.Debts = []redislog.Debt{
		{Age: time.Hour, Spans: 1},
		{Age: window.Hold, Spans: 2},
		{Age: window.Length, Spans: 4},
		{Age: 30 * time.Second, Spans: 8},
		{Age: 0, Spans: 16},
	}
	reply := r.do(call)
	require.Equal(t, []window.Scope{window.Organization}, reply.Tokens[0].Refusers)
	require.Equal(t, redislog.State{Total: 28, Birth: redislog.Birth(begin), Steps: []redislog.Step{
		{After: time.Microsecond, Spans: 4}, {After: window.Hold - 30*time.Second, Spans: 8}, {After: window.Hold, Spans: 16},
	}}, reply.Log)
	require.Zero(t, reply.Tokens[0].Total)
	require.Zero(t, reply.Tokens[0].Birth)
}

// A debt goes to the first entry that leaves no earlier: a caller tells them in any order, to a log in use.
func TestDebtsAmongEntries(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, time.Second)
	for range 3 {
		r.do(batches(100, 100, 1))
		r.now += 10 * sec
	}
	call := batches(0, 0, 1)
	call.Log.Debts = []redislog.Debt{
		{Age: 12 * time.Second, Spans: 10},
		{Age: 50 * time.Second, Spans: 20},
		{Age: 5 * time.Second, Spans: 40},
		{Age: 20 * time.Second, Spans: 80},
		{Age: 7 * time.Second, Spans: 160},
		{Age: 20*time.Second - time.Microsecond, Spans: 320},
	}
	require.Equal(t, []redislog.Step{
		{After: window.Hold - 30*time.Second, Spans: 1 + 20},
		{After: window.Hold - 20*time.Second, Spans: 1 + 80},
		{After: window.Hold - 10*time.Second, Spans: 1 + 10 + 320},
		{After: window.Hold - 5*time.Second, Spans: 40 + 160},
	}, r.do(call).Log.Steps)
}
