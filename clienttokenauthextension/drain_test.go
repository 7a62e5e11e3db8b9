// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/confighttp"
)

// What is not waited for is answered at once, though the body never comes.
func TestRefusedBodies(t *testing.T) {
	const large = 1 << 20 // net/http would close the connection
	for _, tt := range []struct {
		name     string
		length   int
		header   string
		sent     string
		patience time.Duration
		others   int64 // senders who are waited for
		closes   bool
	}{
		{"small", 9, "", strings.Repeat("x", 9), time.Hour, 0, false},
		{"large", large, "", strings.Repeat("x", large), time.Hour, 0, false},
		{"among many", large, "", strings.Repeat("x", large), time.Hour, maxDrains - 1, false},
		{"one too many", large, "", "", time.Hour, maxDrains, true},
		{"too large", maxDrained + 1, "", "", time.Hour, 0, true},
		{"too slow", large, "", strings.Repeat("x", large/2), time.Millisecond, 0, true},
		{"compressed", large, "Content-Encoding: gzip\r\n", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", time.Hour, 0, true},
		{"asks first", large, "Expect: 100-continue\r\n", "", time.Hour, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel() // those that close linger for half a second
			f := newFixture(t)
			f.drain.patience = tt.patience
			f.drain.running.Store(tt.others)
			c := f.connect(t)
			response := c.post(t, tt.length, tt.header, tt.sent)
			assert.Equal(t, tt.closes, response.Close)
			if !tt.closes {
				c.post(t, 2, "", "{}")
			}
			assert.Equal(t, tt.others, f.drain.running.Load())
		})
	}
}

// How long a body may take is no matter of the connection.
func TestRefusedSendersMayRest(t *testing.T) {
	f := newFixture(t)
	f.drain.patience = time.Millisecond
	c := f.connect(t)
	for range 2 {
		assert.False(t, c.post(t, 2, "", "{}").Close)
		time.Sleep(2 * time.Millisecond)
	}
}

// connection is one to a real server, which refuses all that comes by it.
type connection struct {
	net.Conn
	answers *bufio.Reader
}

func (f *fixture) connect(t *testing.T) connection {
	t.Helper()
	s := newServer(t, f, func(*confighttp.ServerConfig) {})
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return connection{c, bufio.NewReader(c)}
}

// post sends as much of a body as there is, whatever length it declares.
func (c connection) post(t *testing.T, length int, header, sent string) *http.Response {
	t.Helper()
	_, err := fmt.Fprintf(c, "POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n%s\r\n%s", length, header, sent)
	require.NoError(t, err)
	response, err := http.ReadResponse(c.answers, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, response.StatusCode)
	require.NoError(t, response.Body.Close())
	return response
}
