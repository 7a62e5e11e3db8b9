// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "null", "https://a.example.com", "https://a.example.com:443", "HTTPS://A.Example.COM:8443",
		"https://a.example.com.", "https://evil.com/.example.com", "https://u:p@a.example.com", "file://",
		"capacitor://localhost", "https://例え.jp", "http://[::1]:3000", "http://[0:0::1]", "http://[::ffff:102:304]",
		"http://127.0.0.1", "http://0x7f.1", "http://\u212a.com", "android://com.example.my_app",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		o, err := Parse([]string{value})
		if err != nil {
			require.ErrorIs(t, err, ErrMalformed)
			return
		}
		require.True(t, visibleASCII(o.String()))
		require.LessOrEqual(t, len(o.String()), maxLength)
		again, err := Parse([]string{o.String()})
		require.NoError(t, err)
		require.Equal(t, o, again)
		assertPatternAgrees(t, o)
	})
}

// assertPatternAgrees: an entry that spells the origin in full matches it and has the same parts. Some origins have no
// such entry, as patterns are checked more strictly (file://, A-labels).
func assertPatternAgrees(t *testing.T, o Origin) {
	t.Helper()
	p, err := ParsePattern(o.String())
	if err != nil {
		return
	}
	assert.Equal(t, Pattern(o), p)
	assert.True(t, NewSet([]Pattern{p}).Match(o))
}

func FuzzParsePattern(f *testing.F) {
	for _, seed := range []string{
		"*", "null", "https://*.example.com", "https://**.example.com:*", "https://app.*.example.com:8443",
		"https://例え.jp", "https://*.公司.cn", "https://bücher.example/", "http://localhost*", "http://[::1]:*",
		"https://*", "https://*.co.uk", "http://*.localhost:3000", "ios://com.example.app", "https://a⒈b。c",
		"https://xn--r8jz45g.jp", "https://ß.example", "file:///a", "http://127.0.0.1:*",
	} {
		f.Add(seed, "https://a.example.com")
		f.Add(seed, "http://localhost:3000")
	}
	f.Fuzz(func(t *testing.T, entry, value string) {
		p, err := ParsePattern(entry)
		if err != nil {
			assert.Less(t, len(err.Error()), 700)
			return
		}
		require.True(t, visibleASCII(p.String()))
		again, err := ParsePattern(p.String())
		require.NoError(t, err)
		require.Equal(t, p, again)
		if o, err := Parse([]string{value}); err == nil {
			assertMatchIsRight(t, p, o)
		}
	})
}

// assertMatchIsRight compares the set with a second, slower reading of the rules.
func assertMatchIsRight(t *testing.T, p Pattern, o Origin) {
	t.Helper()
	want := p.text == "*" || p.text == o.text
	if p.host != "" && o.host != "" {
		port := p.port == "*" || p.port == o.port
		want = p.scheme == o.scheme && port && hostMatches(strings.Split(p.host, "."), strings.Split(o.host, "."))
	}
	assert.Equal(t, want, NewSet([]Pattern{p}).Match(o), "%s %s", p, o)
}

// hostMatches reads both hosts from the right, the set does from the left.
func hostMatches(pattern, host []string) bool {
	for i := 1; i <= len(pattern); i++ {
		want := pattern[len(pattern)-i]
		switch {
		case i > len(host):
			return false
		case want == "**":
			return true
		case want != "*" && want != host[len(host)-i]:
			return false
		}
	}
	return len(pattern) == len(host)
}
