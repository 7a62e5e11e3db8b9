// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension/internal/metadatatest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Two tokens that nobody has looked after, and one that somebody has, on 1 June 2029.
const neglectedTokens = `
organizations: [{id: acme, spans_per_minute: 400}, {id: free}]
tokens:
  - {id: a, organization: acme, kind: web, created_at: 2029-01-01, secret: test-secret-a-00}
  - {id: b, organization: free, kind: web, expires_at: 2029-06-10, secret: test-secret-b-00}
  - {id: c, organization: free, kind: web, created_at: 2029-05-01, secret: test-secret-c-00}
`

func TestAdviser(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	write(t, path, neglectedTokens)
	f := newStoppedFixture(t, zap.NewNop(), usingFile(path))
	f.adviser.last = time.Time{}
	require.NoError(t, f.Start(t.Context(), f.host))
	told := func() []map[string]any {
		var lines []map[string]any
		for _, line := range f.logs.FilterMessage("client tokens need looking after").TakeAll() {
			lines = append(lines, line.ContextMap())
		}
		return lines
	}
	lines := told()
	require.Len(t, lines, 3, "at the start, a line for each kind")
	assert.Equal(t, map[string]any{
		"warning": "old_secret", "tokens": int64(1),
		"first": []any{"a: its secret is 151 days old: clienttokens rotate a --grace 24h"},
	}, lines[0])
	assert.Equal(t, "expiring", lines[1]["warning"])
	assert.Equal(t, "low_limit", lines[2]["warning"])

	f.logs.TakeAll()
	f.clock.pass(24*time.Hour - 1)
	f.adviser.look()
	assert.Empty(t, told(), "once a day")
	f.clock.pass(1)
	f.adviser.look()
	assert.Len(t, told(), 3)
}

// Of many tokens the first by id are named, and all are counted.
func TestNeglected(t *testing.T) {
	var n neglected
	for _, i := range rand.Perm(100) {
		shop := &token.Token{ID: fmt.Sprintf("shop-%02d", i), SpansPerMinute: new(int64(5))}
		n.add(shop, advice.For(shop, nil, time.Time{})[0])
	}
	assert.EqualValues(t, 100, n.tokens)
	texts := n.texts()
	require.Len(t, texts, tellFirst)
	for i, text := range texts {
		assert.True(t, strings.HasPrefix(text, fmt.Sprintf("shop-%02d: ", i)), text)
	}
}

func TestWarningsAreCounted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	write(t, path, neglectedTokens)
	f := newFixture(t, usingFile(path))
	count := func(warning string, n int64) metricdata.DataPoint[int64] {
		return metricdata.DataPoint[int64]{Value: n, Attributes: attribute.NewSet(
			attribute.String("extension", "client_token_auth"), attribute.String("warning", warning))}
	}
	for _, tt := range []struct {
		at                      time.Time
		old, expiring, lowLimit int64
	}{
		{f.clock.now(), 1, 1, 1},
		{time.Date(2029, 3, 1, 0, 0, 0, 0, time.UTC), 0, 0, 1},
		{time.Date(2029, 12, 1, 0, 0, 0, 0, time.UTC), 2, 1, 1},
	} {
		f.clock.set(tt.at)
		f.adviser.look()
		metadatatest.AssertEqualExtensionClientTokenAuthTokenWarnings(t, f.telemetry, []metricdata.DataPoint[int64]{
			count("old_secret", tt.old), count("expiring", tt.expiring), count("low_limit", tt.lowLimit),
		}, metricdatatest.IgnoreTimestamp())
	}
}
