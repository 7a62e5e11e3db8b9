// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxDrained  = 4 << 20  // bytes of a body; larger ones are left to net/http
	maxDrains   = 128      // at the same time
	drainBuffer = 64 << 10 // bytes
	drainTime   = 5 * time.Second
)

// drain takes in what refused senders are still sending, and throws it away.
//
// Left to itself net/http reads up to 256 KiB of it, at most 8 at a time and for as long as that takes; if there is more
// it closes the connection, half a second later by a reset. Then each refusal of a large batch costs a connection, with
// TLS a handshake, which is dearer than reading; and a sender who needs longer than that to send can lose the answer on
// its way (RFC 9112, 9.6) and takes it for a broken network.
type drain struct {
	patience time.Duration
	running  atomic.Int64
	buffers  sync.Pool
}

func newDrain() *drain {
	return &drain{patience: drainTime, buffers: sync.Pool{New: func() any { return new([drainBuffer]byte) }}}
}

// take reads a body to its end. It gives up after a time, and doesn't begin where there are too many senders that slow:
// net/http then closes the connection.
func (d *drain) take(w http.ResponseWriter, r *http.Request) {
	if !drainable(r) || http.NewResponseController(w).SetReadDeadline(time.Now().Add(d.patience)) != nil {
		return
	}
	defer d.running.Add(-1)
	if d.running.Add(1) > maxDrains {
		return
	}
	buffer, _ := d.buffers.Get().(*[drainBuffer]byte)
	defer d.buffers.Put(buffer)
	for {
		if _, err := r.Body.Read(buffer[:]); err != nil {
			return
		}
	}
}

// drainable bodies are plain ones: to read a compressed one, whose length is not known, would decompress it. Those who
// expect to be asked first send none, and over HTTP/2 the rest of one stops nobody.
func drainable(r *http.Request) bool {
	return r.ContentLength > 0 && r.ContentLength <= maxDrained && r.ProtoMajor == 1 && r.Header.Get("Expect") == ""
}
