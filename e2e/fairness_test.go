// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	fair = "secret-of-the-fair-token" // 100 spans a minute for each client
	once = "secret-of-the-once-token" // 1
)

// visitor is one client of many.
type visitor struct {
	http      *http.Client
	forwarded []string // what a proxy says of it
}

// visitorAt connects from an address. Those of 127.0.0.0/8 are all this machine's.
func visitorAt(t *testing.T, address string) *visitor {
	t.Helper()
	transport := &http.Transport{DialContext: dialFrom(address)}
	t.Cleanup(transport.CloseIdleConnections)
	return &visitor{http: &http.Client{Transport: transport}}
}

func dialFrom(address string) func(ctx context.Context, network, to string) (net.Conn, error) {
	return (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}).DialContext
}

// visitorBehind comes through a proxy, for which the test stands at 127.0.0.1.
func visitorBehind(forwarded ...string) *visitor {
	return &visitor{http: http.DefaultClient, forwarded: forwarded}
}

func (v *visitor) post(ctx context.Context, base string, body []byte) (answer, error) {
	header := http.Header{"Content-Type": {contentJSON}, "X-Client-Token": {fair}, "X-Forwarded-For": v.forwarded}
	return postThrough(ctx, v.http, base+"/v1/traces", header, body)
}

// send posts n spans and wants a status and, if it is another than 200, the scope client.
func (v *visitor) send(t *testing.T, base string, n, want int) {
	t.Helper()
	a, err := v.post(t.Context(), base, spansJSON(t, n))
	require.NoError(t, err)
	assert.Equal(t, want, a.status, "%s", a.text)
	if want != http.StatusOK {
		assert.Equal(t, "client", a.scope())
	}
}

// While one client sends a hundred times its share, a hundred others lose nothing.
func TestFairness(t *testing.T) {
	t.Parallel()
	for name, visit := range map[string]func(t *testing.T, i int) *visitor{
		"addresses": func(t *testing.T, i int) *visitor {
			t.Helper()
			return visitorAt(t, fmt.Sprintf("127.0.1.%d", i))
		},
		"behind a proxy": func(t *testing.T, i int) *visitor {
			t.Helper()
			return visitorBehind(fmt.Sprintf("198.51.100.1, 192.0.2.%d", i))
		},
	} {
		for _, door := range []string{"middleware", "auth"} {
			t.Run(name+" "+door, func(t *testing.T) {
				t.Parallel()
				c := startCollector(t)
				base := map[string]string{"middleware": c.middleware, "auth": c.auth}[door]
				visitors := make([]*visitor, 101)
				for i := range visitors {
					visitors[i] = visit(t, 1+i)
				}
				testFairness(t, c, base, visitors[0], visitors[1:])
			})
		}
	}
}

func testFairness(t *testing.T, c *collector, base string, abuser *visitor, honest []*visitor) {
	t.Helper()
	const share = 100
	began := time.Now()
	var stolen, kept atomic.Int64
	var posts sync.WaitGroup
	for range 4 {
		posts.Go(func() { stolen.Add(abuser.flood(t, base, 50, 100*share/50/4)) })
	}
	for i := range 4 {
		posts.Go(func() {
			for range 10 { // a round for each of the honest, of half a share in all
				for j := i; j < len(honest); j += 4 {
					kept.Add(honest[j].flood(t, base, share/2/10, 1))
				}
			}
		})
	}
	posts.Wait()
	assert.GreaterOrEqual(t, float64(kept.Load()), 0.99*share/2*float64(len(honest)))
	assert.LessOrEqual(t, float64(stolen.Load()), share*(1+time.Since(began).Minutes()))
	assert.GreaterOrEqual(t, stolen.Load(), int64(share))
	assert.EqualValues(t, kept.Load()+stolen.Load(), c.sink.spans())
}

// flood posts batches of n spans, and returns how many of them were admitted.
func (v *visitor) flood(t *testing.T, base string, n, batches int) (admitted int64) {
	t.Helper()
	body := spansJSON(t, n)
	for range batches {
		a, err := v.post(t.Context(), base, body)
		if err != nil {
			t.Error(err)
			return admitted
		}
		if a.status == http.StatusOK {
			admitted += int64(n)
			continue
		}
		assert.Equal(t, http.StatusTooManyRequests, a.status, "%s", a.text)
		assert.Equal(t, "client", a.scope())
		assert.NotEmpty(t, a.header.Get("Retry-After"))
	}
	return admitted
}

func TestClientsCantChooseWhoTheyAre(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	for i, base := range []string{c.middleware, c.auth, c.both} {
		stranger := visitorAt(t, fmt.Sprintf("127.0.2.%d", 1+i))
		stranger.send(t, base, 101, http.StatusBadRequest)
		stranger.send(t, base, 100, http.StatusOK)
		for n := range 5 { // nobody trusts it
			stranger.forwarded = []string{fmt.Sprintf("203.0.113.%d", n), "127.0.0.1"}
			stranger.send(t, base, 1, http.StatusTooManyRequests)
		}

		proxied := fmt.Sprintf("192.0.2.%d", 1+i)
		visitorBehind(proxied).send(t, base, 100, http.StatusOK)
		for n := range 5 { // only the proxy's word counts
			visitorBehind(fmt.Sprintf("203.0.113.%d", n), proxied+":4711", "127.0.0.1").send(t, base, 1, http.StatusTooManyRequests)
		}
		visitorBehind(fmt.Sprintf("192.0.2.%d", 101+i)).send(t, base, 100, http.StatusOK)
	}
}

func TestClientsOverGRPC(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	for i, endpoint := range []string{c.grpc, c.grpcMiddleware} {
		one, other := fmt.Sprintf("192.0.2.%d", 1+i), fmt.Sprintf("2001:db8:0:%d::1", 1+i)
		stranger := fmt.Sprintf("127.0.2.%d", 1+i)
		for _, step := range []struct {
			peer, forwarded string
			want            codes.Code
		}{
			{"127.0.0.1", one, codes.OK},
			{"127.0.0.1", one, codes.ResourceExhausted},
			{"127.0.0.1", "203.0.113.1, " + one, codes.ResourceExhausted},
			{"127.0.0.1", other, codes.OK},
			{"127.0.0.1", other + ":2", codes.ResourceExhausted}, // another address of its /64
			{stranger, "203.0.113.1", codes.OK},
			{stranger, "203.0.113.2", codes.ResourceExhausted},
		} {
			dial := dialFrom(step.peer)
			exporter, err := otlptracegrpc.New(t.Context(), otlptracegrpc.WithEndpoint(endpoint), otlptracegrpc.WithInsecure(),
				otlptracegrpc.WithHeaders(map[string]string{"X-Client-Token": once, "X-Forwarded-For": step.forwarded}),
				otlptracegrpc.WithRetry(otlptracegrpc.RetryConfig{}),
				otlptracegrpc.WithDialOption(grpc.WithContextDialer(func(ctx context.Context, to string) (net.Conn, error) {
					return dial(ctx, "tcp", to)
				})))
			require.NoError(t, err)
			assert.Equal(t, step.want, status.Code(export(t, exporter, "span")), "%s %+v", endpoint, step)
		}
	}
}
