// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import (
	"sync/atomic"
	"time"
)

// Meter counts for one token. Requests count into it at the same time, and pay a few atomic operations. A nil Meter
// counts nothing.
type Meter struct {
	recorder *Recorder
	subject  Subject
	secrets  []SecretKey
	queued   atomic.Bool // with the recorder
	counters [numCounters]atomic.Int64
	used     atomic.Uint64 // a bit for each secret
	origins  meteredOrigins

	// What was told as used in a minute. The recorder's alone.
	minute int64
	told   uint64
}

// maxSecrets are told apart: a token has one, or two while a rotation overlaps.
const maxSecrets = 64

// Spans counts spans, as admitted, refused by a scope or shed.
func (m *Meter) Spans(k Counter, spans int64) {
	if m == nil || spans == 0 {
		return
	}
	m.counters[k].Add(spans)
	m.touch()
}

// Refuse counts a request that was refused before its body was read.
func (m *Meter) Refuse(why Reason) {
	if m == nil {
		return
	}
	m.counters[requestCounters[why]].Add(1)
	m.touch()
}

// Use notes that a request with a secret was let through, or would have been but for a limit. The secret is the index
// among those that the meter was made with.
func (m *Meter) Use(secret int) {
	if m == nil {
		return
	}
	bit := uint64(1) << min(secret, maxSecrets-1)
	if m.used.Load()&bit == 0 { // a write would take the cache line from others
		m.used.Or(bit)
		m.touch()
	}
}

// Origin counts a request by where it came from and what became of it. An empty origin is none.
func (m *Meter) Origin(origin string, v Verdict) {
	if m == nil || origin == "" {
		return
	}
	m.origins.count(origin, v)
	m.touch()
}

// touch makes sure that the recorder comes to see what was counted. It follows on the counting: then either the recorder
// has not looked yet, or the meter is queued for its next look.
func (m *Meter) touch() {
	if !m.queued.Load() && m.queued.CompareAndSwap(false, true) {
		m.recorder.enqueue(m)
	}
}

// drain takes what was counted since the last time.
func (m *Meter) drain(at time.Time) Delta {
	m.queued.Store(false)
	today, _ := Hours.At(at)
	d := Delta{Subject: m.subject, Origins: m.origins.drain(today)}
	for k := range numCounters {
		*d.counter(k) = m.counters[k].Swap(0)
	}
	used := m.usedFirst(at.Unix() / 60)
	d.Used = used != 0
	for i, key := range m.secrets[:min(len(m.secrets), maxSecrets)] {
		if used&(1<<i) != 0 {
			d.Secrets = append(d.Secrets, key)
		}
	}
	return d
}

// usedFirst returns which secrets were used for the first time in a minute: to tell it every few seconds isn't worth it.
func (m *Meter) usedFirst(minute int64) uint64 {
	if m.minute != minute {
		m.minute, m.told = minute, 0
	}
	first := m.used.Swap(0) &^ m.told
	m.told |= first
	return first
}

// isZero tells whether there is nothing to store.
func (d *Delta) isZero() bool {
	return d.IsZero() && !d.Used && len(d.Origins) == 0
}
