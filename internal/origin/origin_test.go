// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	long := strings.Repeat("a.", 126) + "a" // 253 bytes
	tests := []struct{ name, value, want string }{
		{"null", "null", "null"},
		{"https", "https://shop.example.com", "https://shop.example.com"},
		{"port", "http://localhost:3000", "http://localhost:3000"},
		{"default port", "https://example.com:443", "https://example.com"},
		{"upper case", "HTTPS://Shop.Example.COM", "https://shop.example.com"},
		{"highest port", "https://example.com:65535", "https://example.com:65535"},
		{"A-label", "https://xn--r8jz45g.jp", "https://xn--r8jz45g.jp"},
		{"underscore", "https://my_shop.example.com", "https://my_shop.example.com"},
		{"IPv4", "http://127.0.0.1", "http://127.0.0.1"},
		{"IPv6", "http://[::1]:3000", "http://[::1]:3000"},
		{"long IPv6", "http://[0:0:0:0:0:0:0:1]:80", "http://[::1]"},
		{"app", "capacitor://localhost", "capacitor://localhost"},
		{"longest host", "https://" + long, "https://" + long},
		{"longest label", "https://" + strings.Repeat("a", 63) + ".com", "https://" + strings.Repeat("a", 63) + ".com"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, err := Parse([]string{tt.value})
			require.NoError(t, err)
			assert.Equal(t, tt.want, o.String())
		})
	}
}

func TestParseMalformed(t *testing.T) {
	const good = "https://example.com"
	tests := []struct {
		name   string
		values []string
	}{
		{"no value", nil},
		{"two values", []string{good, good}},
		{"hundred values", make([]string, 100)},
		{"empty", []string{""}},
		{"list with comma", []string{good + "," + good}},
		{"list with space", []string{good + " " + good}},
		{"space in front", []string{" " + good}},
		{"space at the end", []string{good + " "}},
		{"513 bytes", []string{strings.Repeat("a", 513-len("://a")) + "://a"}},
		{"over 512 bytes by normalising", []string{strings.Repeat("a", 493) + "://[1::3:4:5:6:7:8]"}},
		{"no scheme", []string{"example.com"}},
		{"empty scheme", []string{"://example.com"}},
		{"scheme starts with digit", []string{"1a://example.com"}},
		{"no host", []string{"https://"}},
		{"file", []string{"file://"}},
		{"port only", []string{"https://:443"}},
		{"slash", []string{good + "/"}},
		{"path", []string{good + "/a"}},
		{"query", []string{good + "?a"}},
		{"fragment", []string{good + "#a"}},
		{"text after port", []string{good + ":443a"}},
		{"path after port", []string{good + ":443/"}},
		{"userinfo", []string{"https://a@example.com"}},
		{"userinfo in place of port", []string{good + ":x@evil.com"}},
		{"empty label", []string{"https://a..example.com"}},
		{"dot in front", []string{"https://.example.com"}},
		{"trailing dot", []string{good + "."}},
		{"trailing dot and port", []string{good + ".:8443"}},
		{"label of 64 bytes", []string{"https://" + strings.Repeat("a", 64) + ".com"}},
		{"host of 254 bytes", []string{"https://" + strings.Repeat("a.", 126) + "aa"}},
		{"empty port", []string{good + ":"}},
		{"port 0", []string{good + ":0"}},
		{"port 65536", []string{good + ":65536"}},
		{"leading zero", []string{good + ":0443"}},
		{"any port", []string{good + ":*"}},
		{"two ports", []string{good + ":443:443"}},
		{"control character", []string{"https://a\x00.com"}},
		{"line break", []string{good + "\n"}},
		{"delete", []string{"https://a\x7f.com"}},
		{"non-ASCII", []string{"https://例え.jp"}},
		{"letter that lowers to ASCII", []string{"http\u017f://example.com"}},
		{"wildcard", []string{"https://*.example.com"}},
		{"star", []string{"*"}},
		{"percent", []string{"https://a%2eb.com"}},
		{"IPv4 of three numbers", []string{"http://1.2.3"}},
		{"IPv6 zone", []string{"http://[fe80::1%eth0]"}},
		{"IPv6 not closed", []string{"http://[::1"}},
		{"IPv6 without brackets", []string{"http://::1"}},
		{"text after IPv6", []string{"http://[::1]a"}},
		{"IPv4 in brackets", []string{"http://[127.0.0.1]"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, err := Parse(tt.values)
			require.ErrorIs(t, err, ErrMalformed)
			assert.Zero(t, o)
		})
	}
}
