// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/redisstore"
)

const (
	shopOrigin    = "https://shop.example.com"
	foreignOrigin = "https://evil.example"
)

// usageIn reads what collectors have stored.
func usageIn(t *testing.T, server *redistest.Server) usage.Reader {
	t.Helper()
	config := redisconn.NewDefaultConfig()
	config.Endpoints, config.Timeout = []string{server.Addr()}, 10*time.Second
	store, err := redisstore.Open(t.Context(), &config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close(t.Context()) })
	return store
}

// totalsOf returns what is known of the token shop and of its organization acme.
func totalsOf(t *testing.T, r usage.Reader) (token, organization usage.Counts) {
	t.Helper()
	totals, err := r.Totals(t.Context(), usage.LastDay(time.Now()),
		usage.Subject{Organization: "acme", Token: "shop"}, usage.Subject{Organization: "acme"})
	require.NoError(t, err)
	return totals[0], totals[1]
}

// Three Collectors add up what they count, exactly, and once.
func TestUsageOfAFleet(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	tokens := onRedis(t, server.Addr())
	tokens.must("organization", "create", "--id", "acme")
	secret := tokens.secretOf("create", "--organization", "acme", "--id", "shop", "--kind", "web", "--origin", shopOrigin,
		"--spans-per-minute", "100")
	f := startRegistryFleet(t, 3, server.Addr())
	for _, c := range f { // each has a window of its own
		for _, spans := range []int{30, 30, 30, 30, 5, 101} {
			post(t, c.middleware, secret, shopOrigin, spans)
		}
		post(t, c.middleware, secret, foreignOrigin, 1)
		post(t, c.middleware, secret, "", 1)
		post(t, c.middleware, "0123456789abcdef", shopOrigin, 1)
	}
	posted := time.Now()
	want := usage.Counts{Admitted: 3 * 95, Refused: usage.Refused{Token: 3 * 30, Batch: 3 * 101}}
	want.RequestsRefused[usage.OriginDenied], want.RequestsRefused[usage.OriginMissing] = 3, 3
	reader := usageIn(t, server)
	require.Eventually(t, func() bool {
		token, organization := totalsOf(t, reader)
		return token == want && organization == want
	}, time.Minute, 50*time.Millisecond)
	t.Logf("exact %v after the last post", time.Since(posted).Round(time.Millisecond))
	for _, c := range f {
		c.stop() // which stores what is left: nothing
	}
	token, organization := totalsOf(t, reader)
	assert.Equal(t, want, token)
	assert.Equal(t, want, organization)
	origins, err := reader.Origins(t.Context(), usage.Subject{Organization: "acme", Token: "shop"}, time.Now())
	require.NoError(t, err)
	assert.Equal(t, []usage.Origin{{Origin: shopOrigin, Allowed: 18}, {Origin: foreignOrigin, Refused: 3}}, origins)
}

// A Collector that is killed under load loses at most the last 10 s of what it counted, and nothing of others'.
func TestUsageSurvivesAKill(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	tokens := onRedis(t, server.Addr())
	tokens.must("organization", "create", "--id", "acme")
	secret := tokens.secretOf("create", "--organization", "acme", "--id", "shop", "--kind", "mobile")
	f := startRegistryFleet(t, 2, server.Addr())
	f.eventually(t, secret, http.StatusOK)
	flows := []*flow{startFlow(t, f[0], secret), startFlow(t, f[1], secret)}
	time.Sleep(15*time.Second + 10*time.Second*time.Duration(soak.Factor(t)-1))
	killed := time.Now()
	require.NoError(t, f[0].command.Process.Kill())
	for _, flow := range flows {
		flow.end()
	}
	f[1].stop()
	counted, _ := totalsOf(t, usageIn(t, server))
	safe, sent := flows[0].until(killed.Add(-10*time.Second)), flows[0].sent
	t.Logf("of the one that was killed: %d spans in time, %d at the kill; of the other one: %d; counted: %d",
		safe, flows[0].until(killed), flows[1].sent, counted.Admitted)
	assert.Positive(t, safe)
	assert.GreaterOrEqual(t, counted.Admitted, safe+flows[1].until(time.Now()))
	assert.LessOrEqual(t, counted.Admitted, sent+flows[1].sent+2, "and the two that look whether all is ready")
}

// So does one whose usage is in its own memory, if there is a storage for it.
func TestStoredUsageSurvivesAKill(t *testing.T) {
	t.Parallel()
	storage := filepath.Join(t.TempDir(), "storage.yaml")
	require.NoError(t, os.WriteFile(storage, fmt.Appendf(nil, `
extensions:
  file_storage: {directory: %q}
  client_token_auth: {usage: {storage: file_storage}}
service: {extensions: [client_token_admin, client_token_auth, basicauth, file_storage]}
`, t.TempDir()), 0o600))
	registry := emptyFile(t)
	begin := func() *office {
		o := beginOfficeWith(t, registry, nil, storage)
		o.awaitReady(t)
		return o
	}
	first := begin()
	secret := first.found(t, `{"id": "shop", "kind": "mobile"}`)
	f := startFlow(t, first.collector, secret)
	time.Sleep(15*time.Second + 10*time.Second*time.Duration(soak.Factor(t)-1))
	killed := time.Now()
	require.NoError(t, first.command.Process.Kill())
	f.end()
	second := begin()
	safe, counted := f.until(killed.Add(-10*time.Second)), second.admitted(t)
	t.Logf("%d spans in time, %d at the kill; counted: %d", safe, f.until(killed), counted)
	assert.Positive(t, safe)
	assert.GreaterOrEqual(t, counted, safe)
	assert.LessOrEqual(t, counted, f.sent)
	assert.Equal(t, http.StatusOK, post(t, second.middleware, secret, "", 1).status)
	second.stop()
	assert.Equal(t, counted+1, begin().admitted(t), "what was counted last is stored at the end")
}

// admitted returns the spans of the token shop.
func (o *office) admitted(t *testing.T) int64 {
	t.Helper()
	used := o.ask(t, "vic", http.MethodGet, shopPath+"/usage", "", 200)["totals"].(map[string]any)
	return int64(used["admitted"].(float64))
}

// flow is a sender that sends batches to a Collector, up to 600 spans a second.
type flow struct {
	sent    int64 // spans
	answers []answered
	stop    chan struct{}
	running sync.WaitGroup
}

// answered is how many spans were admitted until a moment.
type answered struct {
	at    time.Time
	spans int64
}

func startFlow(t *testing.T, c *collector, secret string) *flow {
	t.Helper()
	f := &flow{stop: make(chan struct{})}
	header := http.Header{"Content-Type": {contentProtobuf}, "X-Client-Token": {secret}}
	body, client := spansProtobuf(t, 3), &http.Client{}
	f.running.Go(func() {
		defer client.CloseIdleConnections()
		for admitted := int64(0); ; {
			select {
			case <-f.stop:
				return
			case <-time.After(5 * time.Millisecond): // below all limits
			}
			f.sent += 3
			a, err := postThrough(t.Context(), client, c.middleware+"/v1/traces", header, body)
			if err != nil {
				return // it was killed
			}
			if a.status == http.StatusOK {
				admitted += 3
				f.answers = append(f.answers, answered{time.Now(), admitted})
			}
		}
	})
	return f
}

func (f *flow) end() {
	close(f.stop)
	f.running.Wait()
}

// until returns the spans that were admitted until a moment.
func (f *flow) until(at time.Time) int64 {
	var spans int64
	for _, a := range f.answers {
		if a.at.After(at) {
			break
		}
		spans = a.spans
	}
	return spans
}
