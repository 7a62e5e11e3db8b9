// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package identity

import "sync/atomic"

// usual is a mean of batch sizes in which each new one weighs an eighth. Of batches that come at the same time one may be
// left out: it is an estimate. The zero value knows of no batch.
type usual struct{ scaled atomic.Int64 }

const (
	newestWeighs = 8
	scale        = 256 // so that the mean of small batches isn't rounded away
)

func (u *usual) add(spans int) {
	size, mean := int64(spans)*scale, u.scaled.Load()
	next := mean + (size-mean)/newestWeighs
	if mean == 0 {
		next = size
	}
	if next != mean { // a write would take the cache line from others
		u.scaled.Store(next)
	}
}

// spans returns the mean, rounded.
func (u *usual) spans() int64 {
	return (u.scaled.Load() + scale/2) / scale
}
