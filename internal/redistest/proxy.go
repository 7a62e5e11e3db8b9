// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Proxy forwards TCP connections to a server, and makes them worse as told.
type Proxy struct {
	target   string
	listener net.Listener
	delay    atomic.Int64 // in nanoseconds, for both directions together
	dropping atomic.Bool
	running  sync.WaitGroup

	mu    sync.Mutex // guards what follows
	links map[*link]struct{}
	ended bool
}

// StartProxy starts a proxy before the address. It ends with the test.
func StartProxy(tb testing.TB, addr string) *Proxy {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p := &Proxy{target: addr, listener: listener, links: map[*link]struct{}{}}
	p.running.Go(p.accept)
	tb.Cleanup(p.end)
	return p
}

// Addr returns where the proxy listens.
func (p *Proxy) Addr() string {
	return p.listener.Addr().String()
}

// Delay adds to the time between a request and its reply, half of it on each way. It holds for all that is sent from
// now on, in order, and limits no throughput. 0 is no delay.
func (p *Proxy) Delay(d time.Duration) {
	p.delay.Store(int64(d))
}

// DropReplies swallows, from now on, what the server sends: requests arrive and are done, but nobody learns of it.
func (p *Proxy) DropReplies(on bool) {
	p.dropping.Store(on)
}

// Cut closes all present connections. New ones are accepted.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.close()
	}
}

func (p *Proxy) end() {
	_ = p.listener.Close()
	p.mu.Lock()
	p.ended = true
	p.mu.Unlock()
	p.Cut()
	p.running.Wait()
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		p.running.Go(func() { p.forward(client) })
	}
}

// forward connects a client to the server until both are done.
func (p *Proxy) forward(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.DialTimeout("tcp", p.target, time.Second)
	if err != nil {
		return
	}
	l := &link{client: client, server: server, closed: make(chan struct{})}
	p.add(l)
	defer p.remove(l)
	var both sync.WaitGroup
	both.Go(func() { p.pipe(l, server, client, func() bool { return false }) })
	both.Go(func() { p.pipe(l, client, server, p.dropping.Load) })
	both.Wait()
}

func (p *Proxy) add(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended { // while the server was dialed
		l.close()
	}
	p.links[l] = struct{}{}
}

func (p *Proxy) remove(l *link) {
	l.close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.links, l)
}

// pipe copies from one end of a link to the other. Reading goes on while earlier bytes wait for their time.
func (p *Proxy) pipe(l *link, to io.Writer, from io.Reader, drop func() bool) {
	waiting := make(chan chunk, 4_096)
	var reading sync.WaitGroup
	reading.Go(func() {
		defer close(waiting)
		p.read(l, from, waiting, drop)
	})
	l.write(to, waiting, drop)
	reading.Wait()
}

// read puts what comes in into the queue, with the time at which it is to go out.
func (p *Proxy) read(l *link, from io.Reader, waiting chan<- chunk, drop func() bool) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 && !drop() {
			due := time.Now().Add(time.Duration(p.delay.Load()) / 2)
			select {
			case waiting <- chunk{append([]byte(nil), buffer[:n]...), due}:
			case <-l.closed:
				return
			}
		}
		if err != nil {
			return
		}
	}
}
