// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

// proxy makes Redis farther away: it holds back each reply for the round-trip time. Requests it passes on at once, which
// makes no difference to who asks.
type proxy struct {
	server string
	rtt    time.Duration
	held   chan reply // in order, since all are held for the same time
	spare  sync.Pool  // of *[]byte: allocations are measured
}

// reply is a piece of one, and when it is due.
type reply struct {
	to    net.Conn
	piece *[]byte
	size  int
	due   time.Time
}

const pieceSize = 16 << 10

// startProxy returns the address of a proxy that ends with the context.
func startProxy(ctx context.Context, server string, rtt time.Duration) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	p := &proxy{server: server, rtt: rtt, held: make(chan reply, 2*maxGoroutines)}
	p.spare.New = func() any {
		piece := make([]byte, pieceSize)
		return &piece
	}
	context.AfterFunc(ctx, func() { _ = listener.Close() })
	go p.accept(ctx, listener)
	go p.release()
	return listener.Addr().String(), nil
}

func (p *proxy) accept(ctx context.Context, listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		server, err := new(net.Dialer).DialContext(ctx, "tcp", p.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		go p.requests(client, server)
		go p.replies(server, client)
	}
}

func (*proxy) requests(client, server net.Conn) {
	_, _ = io.Copy(server, client)
	_ = server.Close()
}

func (p *proxy) replies(server, client net.Conn) {
	for {
		piece := p.spare.Get().(*[]byte)
		size, err := server.Read(*piece)
		if err != nil {
			_ = client.Close()
			return
		}
		p.held <- reply{client, piece, size, time.Now().Add(p.rtt)}
	}
}

func (p *proxy) release() {
	for r := range p.held {
		sleep(time.Until(r.due))
		_, _ = r.to.Write((*r.piece)[:r.size]) // a client that has gone needs none
		p.spare.Put(r.piece)
	}
}

// sleep is more exact than time.Sleep, which in an idle process wakes up to a millisecond late.
func sleep(d time.Duration) {
	if d > 0 {
		left := syscall.NsecToTimespec(int64(d))
		_ = syscall.Nanosleep(&left, nil) // if woken early, the reply comes a little early
	}
}
