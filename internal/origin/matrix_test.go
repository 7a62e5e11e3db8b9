// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type verdict string

const (
	match     verdict = "match"
	noMatch   verdict = "no match"
	malformed verdict = "malformed"
)

// TestMatrix holds the last column of the comparison of products: what tricky pairs of pattern and origin mean here.
func TestMatrix(t *testing.T) {
	tests := []struct {
		pattern, origin string
		want            verdict
	}{
		{"https://*.example.com", "https://a.example.com", match},
		{"https://*.example.com", "https://example.com", noMatch},
		{"https://*.example.com", "https://a.b.example.com", noMatch},
		{"https://**.example.com", "https://a.b.example.com", match},
		{"https://**.example.com", "https://a.example.com", match},
		{"https://**.example.com", "https://example.com", noMatch},
		{"https://*.example.com", "http://a.example.com", noMatch},
		{"https://*.example.com", "https://a.example.com:443", match},
		{"https://*.example.com", "https://a.example.com:8443", noMatch},
		{"https://*.example.com", "https://A.Example.COM", match},
		{"https://*.example.com", "HTTPS://a.example.com", match},
		{"https://*.example.com", "https://a.example.com.", malformed},
		{"https://*.example.com", "https://evilexample.com", noMatch},
		{"https://*.example.com", "https://a.example.com.evil.com", noMatch},
		{"https://**.example.com", "https://a.example.com.evil.com", noMatch},
		{"https://*.example.com", "https://evil.com/.example.com", malformed},
		{"https://*.example.com", "https://u:p@a.example.com", malformed},
		{"https://*.example.com", "https://a.example.com/", malformed},
		{"https://*.example.com", "https://a.example.com/path", malformed},
		{"https://*.example.com", "null", noMatch},
		{"https://*.example.com", "file://", malformed},
		{"https://*.example.com", "capacitor://localhost", noMatch},
		{"https://*.example.com", "chrome-extension://x", noMatch},
		{"https://*.example.com", "", malformed},
		{"https://example.com", "https://example.com:x@evil.com", malformed},
		{"https://example.com:443", "https://example.com", match},
		{"https://example.com:443", "https://example.com:443", match},
		{"http://example.com:80", "http://example.com", match},
		{"http://example.com", "http://example.com:80", match},
		{"https://example.com", "https://example.com:80", noMatch},
		{"http://localhost:*", "http://localhost:3000", match},
		{"http://localhost:*", "http://localhost", match},
		{"http://localhost:*", "http://localhost:80", match},
		{"http://localhost:*", "https://localhost", noMatch},
		{"http://localhost:*", "http://localhost.evil.com", noMatch},
		{"http://localhost:*", "http://localhost:3000.evil.com", malformed},
		{"https://app.*.example.com", "https://app.s.example.com", match},
		{"https://app.*.example.com", "https://app.a.b.example.com", noMatch},
		{"https://app.*.example.com", "https://app.example.com", noMatch},
		{"https://app.*.example.com", "https://web.s.example.com", noMatch},
		{"https://**.eu.*.example.com", "https://a.b.eu.s.example.com", match},
		{"https://**.eu.*.example.com", "https://eu.s.example.com", noMatch},
		{"https://*.example.com:8443", "https://a.example.com:8443", match},
		{"https://*.example.com:8443", "https://a.example.com", noMatch},
		{"https://*.example.com:*", "https://a.example.com:8443", match},
		{"http://*.localhost:3000", "http://shop.localhost:3000", match},
		{"http://*.localhost:3000", "http://localhost:3000", noMatch},
		{"https://例え.jp", "https://xn--r8jz45g.jp", match},
		{"https://*.例え.jp", "https://a.xn--r8jz45g.jp", match},
		{"https://例え.jp", "https://例え.jp", malformed},
		{"https://k.com", "https://\u212a.com", malformed}, // the Kelvin sign lowers to k
		{"https://EXAMPLE.com", "https://example.com", match},
		{"https://example.com/", "https://example.com", match},
		{"null", "null", match},
		{"null", "NULL", malformed},
		{"null", "https://example.com", noMatch},
		{"https://example.com", "null", noMatch},
		{"capacitor://localhost", "capacitor://localhost", match},
		{"capacitor://localhost", "ionic://localhost", noMatch},
		{"capacitor://localhost", "capacitor://localhost:80", noMatch},
		{"ionic://localhost", "ionic://localhost", match},
		{"tauri://localhost", "tauri://localhost", match},
		{"android://com.example.my_app", "android://com.example.my_app", match},
		{"android://com.example.App", "android://com.example.app", match},
		{"ios://com.example.app", "ios://com.example.app", match},
		{"ios://com.example.app", "ios://com.example.app.evil", noMatch},
		{"app://host:80", "app://host", noMatch},
		{"app://host:80", "app://host:80", match},
		{"app://host:443", "app://host", noMatch},
		{
			"chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb",
			"chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb", match,
		},
		{"http://[::1]:3000", "http://[::1]:3000", match},
		{"http://[::1]:3000", "http://[::1]:4000", noMatch},
		{"http://[::1]:*", "http://[::1]", match},
		{"http://[0:0:0:0:0:0:0:1]", "http://[::1]:80", match},
		{"http://[2001:DB8::1]", "http://[2001:db8:0::1]", match},
		{"http://127.0.0.1:3000", "http://127.0.0.1:3000", match},
		{"http://127.0.0.1", "http://127.0.0.1.evil.com", noMatch},
		{"*", "null", match},
		{"*", "https://example.com", match},
		{"*", "capacitor://localhost", match},
		{"*", "https://example.com/", malformed},
	}
	for _, tt := range tests {
		t.Run(tt.pattern+" "+tt.origin, func(t *testing.T) {
			p, err := ParsePattern(tt.pattern)
			require.NoError(t, err)
			assert.Equal(t, tt.want, judge(NewSet([]Pattern{p}), tt.origin))
		})
	}
}

func judge(s Set, value string) verdict {
	o, err := Parse([]string{value})
	switch {
	case err != nil:
		return malformed
	case s.Match(o):
		return match
	default:
		return noMatch
	}
}
