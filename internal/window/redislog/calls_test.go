// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"strconv"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// choices choose at random.
type choices struct{ choose func(n int) int } // from 0 to n-1

func pick[T any](c choices, values ...T) T { return values[c.choose(len(values))] }

// call returns a call that does some of all that a call can do.
func (w *world) call() *redislog.Call {
	organization := pick(w.choices, "a", "a", "a", "b.c-d_e")
	call := &redislog.Call{Organization: organization, Log: w.log(scopeID{organization, ""})}
	tokens := pick(w.choices, 1, 1, 1, 2, 3, redislog.MaxTokens)
	first := w.choose(3)
	for i := range tokens {
		call.Tokens = append(call.Tokens, w.token(scopeID{organization, tokenID(first + i)}))
	}
	return call
}

func tokenID(i int) string {
	if i == 0 {
		return ""
	}
	return "t-" + strconv.Itoa(i) + "._:{}"
}

func (w *world) token(id scopeID) redislog.Token {
	t := redislog.Token{ID: id.token, Log: w.log(id)}
	for range pick(w.choices, 0, 1, 1, 1, 2, 5, 16) {
		t.Batches = append(t.Batches, w.spans(id))
	}
	if w.choose(4) == 0 {
		t.Refund.Spans = pick(w.choices, 1, 3, 10, w.model.Total(w.now, id.organization, id.token), 1<<40)
		t.Refund.Date = w.now - pick(w.choices, -sec, 0, 1, sec, 10*sec, 30*sec, 60*sec, 60*sec+1)
	}
	if w.choose(3) == 0 {
		t.Want, t.Least = pick[int64](w.choices, 1, 3, 50, 1<<40), pick[int64](w.choices, 0, 1, 2, 20)
	}
	return t
}

// spans returns what an adversary may send: often all that must still fit, or one span more.
func (w *world) spans(id scopeID) int64 {
	const most = 1 << 40
	left := min(int64(w.limits[id]), most) - w.model.Total(w.now, id.organization, id.token)
	all := min(int64(w.limits[scopeID{id.organization, ""}]), most) - w.model.Total(w.now, id.organization, "")
	return max(1, pick(w.choices, 1, 1, 2, int64(w.choose(12)), left, all, left+1, all+1, left/3))
}

// log returns what a caller knows of a log: usually the truth, or nothing.
func (w *world) log(id scopeID) redislog.Log {
	if _, ok := w.limits[id]; !ok || w.choose(15) == 0 {
		w.limits[id] = pick[window.Limit](w.choices, -1, 0, 1, 10, 10, 25, 100, 1_000, 1_000, 1<<45, window.Unlimited)
	}
	l := redislog.Log{Limit: w.limits[id]}
	switch w.choose(60) {
	case 0:
		l.Known = w.births[id] + pick[redislog.Birth](w.choices, -1, 1)
	case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10:
		l.Known = w.births[id]
	}
	if w.choose(6) == 0 {
		l.Debts = w.debts()
	}
	return l
}

func (w *world) debts() []redislog.Debt {
	var debts []redislog.Debt
	for range 1 + w.choose(4) {
		age := pick(w.choices, 0, time.Microsecond, w.resolution, 20*time.Second, window.Length-w.resolution,
			window.Length-time.Microsecond, window.Length, window.Hold, window.Length+w.resolution, time.Hour,
			time.Duration(w.choose(int(60*sec)))*time.Microsecond)
		debts = append(debts, redislog.Debt{Age: age, Spans: 1 + int64(w.choose(20))})
	}
	return debts
}
