// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// secretOf makes a secret for tests: 64 characters, different for each number.
func secretOf(i int) string {
	return fmt.Sprintf("ct%062d", i)
}

func date(year, hour int) time.Time {
	return time.Date(year, 1, 31, hour, 0, 0, 0, time.UTC)
}

func digestOf(i int) token.Digest {
	return token.DigestOf(secretOf(i))
}

const acme = "organizations:\n  - id: acme\n    spans_per_minute: 60000\n"

// world is a file of n tokens as somebody with much to say would write them.
func world(n int) []byte {
	var b strings.Builder
	b.WriteString(acme + "tokens:\n")
	for i := range n {
		fmt.Fprintf(&b, `  - id: shop-%d
    organization: acme
    name: Production shop %d
    kind: web
    environment: production
    allowed_origins: ["https://shop-%d.example.com", "https://*.shop-%d.example.com"]
    spans_per_minute: 6000
    client_spans_per_minute: 600
    secrets:
      - sha256: "%s"
        hint: a1B2
        created_at: 2026-01-31T00:00:00Z
        expires_at: 2027-01-31T00:00:00Z
`, i, i, i, i, digestOf(i))
	}
	return []byte(b.String())
}

func mustParse(tb interface {
	require.TestingT
	Helper()
}, content []byte,
) *registry.Contents {
	tb.Helper()
	contents, faults := Parse(content)
	require.Empty(tb, faults)
	return contents
}

// serving returns a registry of contents, without a file.
func serving(c *registry.Contents) *registry.Registry {
	r := registry.New(nil)
	r.Loaded(c)
	return r
}
