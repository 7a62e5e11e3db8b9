// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"io"
	"net"
	"sync"
	"time"
)

// link is a client's connection through a proxy.
type link struct {
	client, server net.Conn
	once           sync.Once
	closed         chan struct{}
}

// chunk is bytes under way, and when they arrive.
type chunk struct {
	bytes []byte
	due   time.Time
}

// write sends what is in the queue, each when it is due, until the queue or the link is closed. Then it closes the link:
// a side that has ended wants no more, since neither Redis nor its clients close just one direction.
func (l *link) write(to io.Writer, waiting <-chan chunk, drop func() bool) {
	defer l.close()
	for c := range waiting {
		if !l.wait(c.due) {
			return
		}
		if drop() {
			continue
		}
		if _, err := to.Write(c.bytes); err != nil {
			return
		}
	}
}

// wait waits until a time, and reports whether the link is still open.
func (l *link) wait(due time.Time) bool {
	rest := time.Until(due)
	if rest <= 0 {
		return true
	}
	select {
	case <-time.After(rest):
		return true
	case <-l.closed:
		return false
	}
}

func (l *link) close() {
	l.once.Do(func() {
		close(l.closed)
		_ = l.client.Close()
		_ = l.server.Close()
	})
}
