// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/api"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/console"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office/officetest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/memorystore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/redisstore"
)

// BenchmarkList is a page of an organization with 10,000 tokens, each of which was used on each of the last 30 days, and
// in every hour of the last one; what people see of it, and what programs do.
func BenchmarkList(b *testing.B) {
	for name, open := range map[string]func(*testing.B) usage.Store{"memory": inMemory, "Redis": inRedis} {
		w := large(b, open(b))
		for _, path := range []string{
			"/api/v1" + tokens, "/api/v1" + tokens + "?usage=24h", "/api/v1" + tokens + "?usage=24h&sort=-admitted",
			"/api/v1" + tokens + "?usage=24h&warning=any&q=9&sort=-last_used_at",
			"/o/acme", "/o/acme?time=month", "/o/acme?warning=heavily_refused&q=9&sort=-last_used_at", "/o/acme/new",
			"/o/acme/t/t9", "/o/acme/t/t9?time=month", "/o/acme/audit", "/o/acme/settings",
			"/o/acme/origins", // a POST
		} {
			b.Run(name+path, func(b *testing.B) {
				for b.Loop() {
					answer := httptest.NewRecorder()
					w.ServeHTTP(answer, request(b, path))
					require.Equal(b, http.StatusOK, answer.Code, "%s", answer.Body)
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms")
			})
		}
	}
}

func request(b *testing.B, path string) *http.Request {
	b.Helper()
	if path != "/o/acme/origins" {
		return httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, http.NoBody)
	}
	form := strings.NewReader("allowed_origins=https%3A%2F%2F*.example.com")
	r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, path, form)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func inMemory(*testing.B) usage.Store { return memorystore.New(time.Now) }

func inRedis(b *testing.B) usage.Store {
	b.Helper()
	c := redisconn.NewDefaultConfig()
	c.Endpoints, c.Timeout = []string{redistest.Start(b).Addr()}, 10*time.Second
	s, err := redisstore.Open(b.Context(), &c)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close(context.WithoutCancel(b.Context()))) })
	return s
}

func large(b *testing.B, counted usage.Store) http.Handler {
	b.Helper()
	const many = 10_000
	w := officetest.New(b, officetest.Redis(b))
	contents, err := w.Store.Contents(b.Context())
	require.NoError(b, err)
	for i := range many {
		contents.Tokens = append(contents.Tokens, registry.Token{Token: &token.Token{
			ID: fmt.Sprintf("t%d", i), Organization: "acme", Kind: token.KindWeb, Name: fmt.Sprintf("Shop %d", i),
			AllowedOrigins: []string{fmt.Sprintf("https://shop-%d.example.com", i)}, CreatedAt: time.Now().AddDate(0, -6, 0),
			Secrets: []token.Secret{{SHA256: token.DigestOf(fmt.Sprint("secret of number ", i)), Hint: "abcd"}},
		}})
	}
	require.NoError(b, w.Store.Replace(b.Context(), audit.Act{}, contents))
	require.Eventually(b, func() bool { return w.Registry.Len() == many+2 }, time.Minute, 10*time.Millisecond)
	var hours []time.Duration
	for day := 29; day > 1; day-- {
		hours = append(hours, time.Duration(day)*24*time.Hour)
	}
	for hour := 24; hour > 0; hour-- {
		hours = append(hours, time.Duration(hour)*time.Hour)
	}
	for hour, ago := range hours {
		batch := &usage.Batch{Time: time.Now().Add(-ago)}
		for i := range many {
			batch.Deltas = append(batch.Deltas, usage.Delta{
				Subject: usage.Subject{Organization: "acme", Token: fmt.Sprintf("t%d", i)}, Used: true,
				Counts:  usage.Counts{Admitted: int64(i*hour + 1), Refused: usage.Refused{Token: 7}},
				Origins: []usage.Origin{{Origin: fmt.Sprintf("https://shop-%d.example.com", i), Allowed: 1}},
			})
		}
		batch.Deltas = append(batch.Deltas, usage.Delta{
			Subject: usage.Subject{Organization: "acme"}, Counts: usage.Counts{Admitted: 1000 * many},
		})
		require.NoError(b, counted.Add(b.Context(), batch))
	}
	o := office.New(office.Options{Registry: w.Registry, Store: w.Store, Usage: counted})
	who := func(*http.Request) (office.Person, error) { return officetest.Manager, nil }
	failed := func(err error) { require.NoError(b, err) }
	return parts{
		api:     api.New(api.Options{Office: o, Person: who, Failed: failed}),
		console: console.New(console.Options{Office: o, Person: who, Failed: failed}),
	}
}
