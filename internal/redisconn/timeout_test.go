// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisconn

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
)

// forever is the longest timeout there is: a call that returns much earlier was ended by the deadline of its context.
const forever = "10s"

func TestPausedServer(t *testing.T) {
	endsClean(t)
	server := redistest.Start(t)
	client := open(t, "{endpoints: ["+server.Addr()+"], timeout: "+forever+"}")
	require.NoError(t, client.Ping(t.Context()).Err()) // so that one connection is there and others are not
	server.Pause()
	defer server.Resume()
	began := time.Now()
	for _, send := range ways {
		for range 2 { // the first on the connection, which is then given up
			assertTimesOut(t, send(withTimeout(t, 100*time.Millisecond), client, redis.NewCmd(t.Context(), "ping")))
		}
	}
	assert.Less(t, time.Since(began), 8*time.Second) // one that ignores its deadline takes 10 s
}

// Without a deadline, the timeout of the configuration bounds reading.
func TestPausedServerWithoutDeadline(t *testing.T) {
	endsClean(t)
	server := redistest.Start(t)
	client := open(t, "{endpoints: ["+server.Addr()+"], timeout: 50ms}")
	require.Eventually(t, func() bool { return client.Ping(t.Context()).Err() == nil }, patience, time.Millisecond)
	server.Pause()
	defer server.Resume()
	assertTimesOut(t, client.Ping(context.Background()).Err())
}

// The server accepts and never says a word.
func TestSilentServer(t *testing.T) {
	for kind, extra := range map[string]string{
		"server": "", "TLS": ", tls: {}", "cluster": ", cluster: true", "sentinel": ", master_name: m",
	} {
		for way, send := range ways {
			t.Run(kind+" "+way, func(t *testing.T) {
				endsClean(t)
				client := open(t, "{endpoints: ["+silent(t)+"], timeout: 1s"+extra+"}")
				assertTimesOut(t, send(withTimeout(t, 100*time.Millisecond), client, redis.NewCmd(t.Context(), "ping")))
			})
		}
	}
}

func TestRefusedPort(t *testing.T) {
	for kind, extra := range map[string]string{
		"server": "", "TLS": ", tls: {}", "cluster": ", cluster: true",
		"sentinel": ", master_name: m",
	} {
		t.Run(kind, func(t *testing.T) {
			endsClean(t)
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			require.NoError(t, listener.Close())
			client := open(t, "{endpoints: ["+listener.Addr().String()+"], timeout: "+forever+extra+"}")
			for range 2 * poolSize { // past this go-redis dials no more for each call, but once a second
				require.ErrorIs(t, client.Ping(withTimeout(t, patience)).Err(), syscall.ECONNREFUSED)
			}
		})
	}
}

// More calls than connections: those that wait for one end in time, too.
func TestWaitingForAConnection(t *testing.T) {
	endsClean(t)
	client := open(t, "{endpoints: ["+silent(t)+"], timeout: "+forever+"}")
	results := make(chan error)
	for range 3 * poolSize {
		go func() { results <- client.Ping(withTimeout(t, 200*time.Millisecond)).Err() }()
	}
	for range 3 * poolSize {
		assertTimesOut(t, <-results)
	}
}

// A handshake slower than a call isn't lost with the call that began it.
func TestSlowHandshake(t *testing.T) {
	endsClean(t)
	server := slowTLS(t, 300*time.Millisecond)
	client := open(t, "{endpoints: ["+server.addr+"], timeout: 100ms, tls: {insecure_skip_verify: true}}")
	require.EventuallyWithT(t, func(collect *assert.CollectT) {
		assert.NoError(collect, client.Ping(withTimeout(t, 100*time.Millisecond)).Err())
	}, patience, 10*time.Millisecond)
}

func assertTimesOut(t *testing.T, err error) {
	t.Helper()
	var timeout net.Error
	isTimeout := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &timeout) && timeout.Timeout()
	assert.True(t, isTimeout, "%v", err)
}

// silent is the address of a server that accepts and never answers.
func silent(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // the kernel accepts; we never do
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, listener.Close()) })
	return listener.Addr().String()
}

// slowTLS starts a server that takes its time for a handshake, and then answers every PING.
func slowTLS(t *testing.T, handshake time.Duration) *fakeServer {
	t.Helper()
	issuer := httptest.NewTLSServer(nil)
	issuer.Close()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: issuer.TLS.Certificates,
		MinVersion:   tls.VersionTLS12,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
			time.Sleep(handshake)
			return nil, nil
		},
	})
	require.NoError(t, err)
	return serve(t, listener, func(_ string, command []string) string {
		return "+" + strings.Replace(command[0], "ping", "PONG", 1) + "\r\n"
	})
}
