// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// request is ARGV[1] of the script: little-endian doubles, which are what Lua computes with, and exact up to 2^53.
//
//	now, resolution, lease, limit, known, debts, tokens, then (age, spans) of each debt, then for each token
//	key, limit, known, debts, refund, its date, want, least, batches, then (age, spans) of each debt, then the spans of
//	each batch
//
// now is 0 for the server's own time. A limit below 0 is none, and what has none has no debts and nothing known. key is
// the token's place in KEYS, or 0 if it has no log.
type request []byte

func (r *request) put(numbers ...int64) {
	for _, n := range numbers {
		*r = binary.LittleEndian.AppendUint64(*r, math.Float64bits(float64(n)))
	}
}

func (r *request) putDebts(debts []Debt) {
	for _, d := range debts {
		r.put(d.Age.Microseconds(), d.Spans)
	}
}

// encode appends what the script reads of a call, and the keys that it uses.
func (r *request) encode(keys []string, prefix string, now int64, times [2]time.Duration, c *Call) []string {
	keys = append(keys, organizationKey(prefix, c.Organization))
	r.put(now, times[0].Microseconds(), times[1].Microseconds())
	debts := c.Log.debts(c.Log.Limit != window.Unlimited)
	r.put(limit(c.Log.Limit), int64(c.Log.Known), int64(len(debts)), int64(len(c.Tokens)))
	r.putDebts(debts)
	for i := range c.Tokens {
		t := &c.Tokens[i]
		key := 0
		if t.limited() {
			keys = append(keys, tokenKey(prefix, c.Organization, t.ID))
			key = len(keys)
		}
		r.encodeToken(key, t)
	}
	return keys
}

func (r *request) encodeToken(key int, t *Token) {
	debts := t.Log.debts(t.limited())
	r.put(int64(key), limit(t.Log.Limit), int64(t.Log.Known), int64(len(debts)))
	r.put(t.Refund.Spans, t.Refund.Date, t.Want, t.Least, int64(len(t.Batches)))
	r.putDebts(debts)
	r.put(t.Batches...)
}

// limited reports whether the token has a log.
func (t *Token) limited() bool {
	return t.ID != "" && t.Log.Limit != window.Unlimited
}

// debts returns what is to be charged, which is nothing where there is no log: the script would not read it.
func (l *Log) debts(limited bool) []Debt {
	if !limited {
		return nil
	}
	return l.Debts
}

// limit returns a limit as the script wants it: Unlimited is no double, and one below 0 admits nothing.
func limit(l window.Limit) int64 {
	if l == window.Unlimited {
		return -1
	}
	return max(0, int64(l))
}

func organizationKey(prefix, organization string) string {
	return prefix + ":w:{" + organization + "}:o"
}

func tokenKey(prefix, organization, token string) string {
	return prefix + ":w:{" + organization + "}:t:" + token
}
