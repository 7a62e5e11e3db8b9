// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// secretOf makes a secret for tests: 64 characters, different for each number.
func secretOf(i int) string {
	return fmt.Sprintf("ct%062d", i)
}

func digestOf(i int) token.Digest {
	return token.DigestOf(secretOf(i))
}

func date(year int) time.Time {
	return time.Date(year, 1, 31, 0, 0, 0, 0, time.UTC)
}

func acme() token.Organization {
	return token.Organization{ID: "acme", SpansPerMinute: new(int64(60_000))}
}

// webToken is a token of acme with these secrets.
func webToken(id string, secrets ...int) token.Token {
	t := token.Token{ID: id, Organization: "acme", Kind: token.KindWeb}
	for _, i := range secrets {
		t.Secrets = append(t.Secrets, token.Secret{SHA256: digestOf(i)})
	}
	return t
}

// world has n tokens as somebody with much to say would write them.
func world(n int) []token.Token {
	tokens := make([]token.Token, n)
	for i := range tokens {
		t := webToken(fmt.Sprintf("shop-%d", i), i)
		t.Name = fmt.Sprintf("Production shop %d", i)
		t.Environment = "production"
		t.AllowedOrigins = []string{
			fmt.Sprintf("https://shop-%d.example.com", i), fmt.Sprintf("https://*.shop-%d.example.com", i),
		}
		t.SpansPerMinute, t.ClientSpansPerMinute = new(int64(6_000)), new(int64(600))
		tokens[i] = t
	}
	return tokens
}

func contentsOf(tb testing.TB, tokens ...token.Token) *Contents {
	tb.Helper()
	contents, findings := CheckAll(&Records{Organizations: []token.Organization{acme()}, Tokens: tokens})
	require.Empty(tb, findings.Faults)
	return contents
}

// serving returns a registry of tokens of acme, without a store.
func serving(tb testing.TB, tokens ...token.Token) *Registry {
	tb.Helper()
	r := New(nil)
	r.Loaded(contentsOf(tb, tokens...))
	return r
}
