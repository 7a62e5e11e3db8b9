// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParsePatternCanonicalSpelling(t *testing.T) {
	tests := []struct{ name, entry, want string }{
		{"everything", "*", "*"},
		{"null", "null", "null"},
		{"null in upper case", "NULL", "null"},
		{"upper case", "HTTPS://Shop.EXAMPLE.com", "https://shop.example.com"},
		{"trailing slash", "https://example.com/", "https://example.com"},
		{"trailing slash after port", "http://localhost:3000/", "http://localhost:3000"},
		{"default port of https", "https://example.com:443", "https://example.com"},
		{"default port of http", "http://example.com:80", "http://example.com"},
		{"port of the other scheme", "https://example.com:80", "https://example.com:80"},
		{"port of an app", "app://host:443", "app://host:443"},
		{"any port", "http://localhost:*", "http://localhost:*"},
		{"unicode", "https://例え.jp", "https://xn--r8jz45g.jp"},
		{"unicode in upper case", "https://BÜCHER.example", "https://xn--bcher-kva.example"},
		{"ideographic full stop", "https://例え。jp", "https://xn--r8jz45g.jp"},
		{"full width", "https://ｅｘａｍｐｌｅ.com", "https://example.com"},
		{"A-label in upper case", "https://XN--R8JZ45G.jp", "https://xn--r8jz45g.jp"},
		{"wildcard with unicode", "https://*.例え.jp", "https://*.xn--r8jz45g.jp"},
		{"wildcard in the middle", "https://app.*.example.com", "https://app.*.example.com"},
		{"two wildcards", "https://*.*.example.com", "https://*.*.example.com"},
		{"deep wildcard", "https://**.example.com", "https://**.example.com"},
		{"wildcard under a public suffix", "https://*.example.co.uk", "https://*.example.co.uk"},
		{"wildcard in a private suffix", "https://*.me.github.io", "https://*.me.github.io"},
		{"wildcard under a wildcard rule", "https://*.example.ide.kawasaki.jp", "https://*.example.ide.kawasaki.jp"},
		{"wildcard under an exception", "https://*.city.kawasaki.jp", "https://*.city.kawasaki.jp"},
		{"wildcard in localhost", "http://*.localhost:3000", "http://*.localhost:3000"},
		{"deep wildcard in localhost", "http://**.app.localhost", "http://**.app.localhost"},
		{"wildcard in an internal name", "https://*.corp.internal", "https://*.corp.internal"},
		{"single label", "https://intranet", "https://intranet"},
		{"public suffix without wildcard", "https://github.io", "https://github.io"},
		{"underscore", "https://my_shop.example.com", "https://my_shop.example.com"},
		{"hyphens at odd places", "https://r3---sn-.example.com", "https://r3---sn-.example.com"},
		{"IPv4", "http://127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"IPv6", "http://[0:0::1]:3000", "http://[::1]:3000"},
		{"numeric label in front", "https://1.example.com", "https://1.example.com"},
		{"number in an app's host", "fb1234://1234", "fb1234://1234"},
		{"dotted scheme", "com.example.app://localhost", "com.example.app://localhost"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := ParsePattern(tt.entry)
			require.NoError(t, err)
			assert.Equal(t, tt.want, p.String())
		})
	}
}

func TestParsePatternErrors(t *testing.T) {
	label := strings.Repeat("a", 64)
	host := strings.Repeat("abcdefg.", 31) + "example"
	tests := []struct{ name, entry, problem, fix string }{
		{"empty", "", "empty", `write "null" in quotes`},
		{"too long", "https://" + strings.Repeat("a.", 300) + "com", "longer than 512 bytes", "only"},
		{
			"too long by normalising", strings.Repeat("a", 493) + "://[1::3:4:5:6:7:8]",
			"longer than 512 bytes", "only",
		},
		{"no scheme", "example.com", "scheme is missing", `"https://example.com"`},
		{"no scheme with port", "localhost:3000", "scheme is missing", "put it in front"},
		{"wildcard without scheme", "*.example.com", "scheme is missing", "put it in front"},
		{"wildcard as scheme", "*://example.com", "scheme is not", "two entries"},
		{"unicode scheme", "http\u212a://example.com", "scheme is not", "correct it"},
		{"file", "file://", "opened from files", `write "null"`},
		{"file with path", "FILE:///home/me", "opened from files", `write "null"`},
		{"userinfo", "https://u:p@example.com", "user name", "remove"},
		{"path", "https://example.com/app", "no path", "remove"},
		{"path after port", "http://a.com:8080/app", "no path", "remove"},
		{"two slashes", "https://example.com//", "no path", "remove"},
		{"query", "https://example.com?a=b", "no query", "remove"},
		{"fragment", "https://example.com#a", "no query or fragment", "remove"},
		{"backslash", `https://example.com\a`, "no backslash", "remove"},
		{"space in front", " https://example.com", "white space", "remove it"},
		{"space at the end", "https://example.com ", "white space", "remove it"},
		{"two in one", "https://a.com,https://b.com", "a comma", "one entry for each"},
		{"control character", "https://a\x00.com", "control character", "remove it"},
		{"line break", "https://a.com\n", "control character", "remove it"},
		{"trailing dot", "https://example.com.", "ends in a dot", "remove the dot"},
		{"trailing dot in front of port", "https://example.com.:8443", "ends in a dot", "remove the dot"},
		{"no host", "https://", "host is missing", "write it"},
		{"slash only", "https:///", "host is missing", "write it"},
		{"port only", "https://:443", "host is missing", "write it"},
		{"empty label", "https://a..example.com", "empty label", "remove the extra dot"},
		{"dot in front", "https://.example.com", "empty label", "remove the extra dot"},
		{"empty label and wildcard", "https://*..example.com", "empty label", "remove the extra dot"},
		{"long label", "https://" + label + ".com", "label of the host is longer", "63 bytes"},
		{"long host", "https://" + host, "host is longer than 253", "253 bytes"},
		{"long host with wildcard", "https://*." + host, "host is longer than 253", "253 bytes"},
		{"odd character", "https://a$b.example.com", "character other than", "remove it"},
		{"percent", "https://a%2eb.com", "character other than", "remove it"},
		{"bad A-label", "https://xn--0.example.com", "international", "address bar"},
		{"bad U-label", "https://\u200d.example.com", "international", "address bar"},
		{"broken UTF-8", "https://\xff.example.com", "international", "address bar"},
		{"dot by mapping", "https://a⒈example.com", "international", "address bar"},
		{"IPv4 out of range", "http://1.2.3.256", "not an IPv4 address", "four numbers"},
		{"IPv4 with leading zero", "http://127.0.0.01", "not an IPv4 address", "four numbers"},
		{"IPv4 too short", "http://127.1", "not an IPv4 address", "four numbers"},
		{"IPv4 in hexadecimal", "http://0x7f.0x1", "not an IPv4 address", "four numbers"},
		{"numeric last label", "https://example.123", "not an IPv4 address", "or a name"},
		{"wildcard in IPv4", "http://127.0.*.1", "not an IPv4 address", "four numbers"},
		{"wildcard at the end of IPv4", "http://127.0.0.*", "can't be the last label", "name the domain"},
		{"wildcard in IPv6", "http://[::*]", "IPv6 address in brackets", "correct it"},
		{"IPv6 without brackets", "http://::1:3000", "IPv6 address in brackets", "[::1]:3000"},
		{"IPv6 not closed", "http://[::1", "IPv6 address in brackets", "correct it"},
		{"text after IPv6", "http://[::1]a", "IPv6 address in brackets", "correct it"},
		{"IPv4 in brackets", "http://[127.0.0.1]", "IPv6 address in brackets", "correct it"},
		{"IPv6 zone", "http://[fe80::1%eth0]:80", "no IPv6 zone", `remove the "%"`},
		{"empty port", "https://example.com:", "port is not", "leave it out"},
		{"port 0", "https://example.com:0", "port is not", "leave it out"},
		{"port too high", "https://example.com:65536", "port is not", "leave it out"},
		{"port with leading zero", "https://example.com:0443", "port is not", "leave it out"},
		{"port with sign", "https://example.com:+443", "port is not", "leave it out"},
		{"port with letters", "https://example.com:80a", "port is not", "leave it out"},
		{"port with part wildcard", "https://example.com:80*", "port is not", `":*"`},
		{"part of a label", "https://*example.com", "not for a part", "between dots"},
		{"part of a label for the port", "http://localhost*", "not for a part", `"http://localhost:*"`},
		{"three stars", "https://***.example.com", "not for a part", "between dots"},
		{"deep in the middle", "https://a.**.example.com", "in front of the host only", "move it"},
		{"every host", "https://*", "can't be the last label", `"*" alone`},
		{"every host, deep", "https://**", "can't be the last label", `"*" alone`},
		{"last label", "https://example.*", "can't be the last label", "name the domain"},
		{"all labels", "https://*.*", "can't be the last label", "name the domain"},
		{"top level", "https://*.com", `under "com"`, "a label of your own"},
		{"top level, deep", "https://**.com", `under "com"`, "a label of your own"},
		{"top level, middle", "https://app.*.com", `under "com"`, "a label of your own"},
		{"suffix with two labels", "https://*.co.uk", `under "co.uk"`, "a label of your own"},
		{"suffix, deep", "https://**.co.uk", `under "co.uk"`, "a label of your own"},
		{"suffix, middle", "https://example.*.co.uk", `under "co.uk"`, "a label of your own"},
		{"right-most wildcard decides", "https://*.example.*.com", `under "com"`, "a label of your own"},
		{"private suffix", "https://*.github.io", `under "github.io"`, "a label of your own"},
		{"private suffix with port", "https://*.vercel.app:*", `under "vercel.app"`, "a label of your own"},
		{"below it a wildcard rule", "https://*.kawasaki.jp", `under "kawasaki.jp"`, "a label of your own"},
		{"made by a wildcard rule", "https://*.ide.kawasaki.jp", `under "ide.kawasaki.jp"`, "a label of your own"},
		{"unicode suffix", "https://*.公司.cn", `under "xn--55qx5d.cn"`, "a label of your own"},
		{"single internal label", "https://*.intranet", `under "intranet"`, "a label of your own"},
		{"bare internal", "https://*.internal", `under "internal"`, "a label of your own"},
		{"app with wildcard", "capacitor://*.localhost", "only http and https", "in full"},
		{"app with any port", "capacitor://localhost:*", "only http and https", "in full"},
		{"app with wildcard only", "chrome-extension://*", "only http and https", "in full"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := ParsePattern(tt.entry)
			require.ErrorContains(t, err, tt.problem)
			require.ErrorContains(t, err, tt.fix)
			assert.Zero(t, p)
			assert.Less(t, len(err.Error()), 700)
		})
	}
}

func TestExcerptIsBounded(t *testing.T) {
	assert.Equal(t, `"a\x1b[2J\u202e"`, excerpt("a\x1b[2J\u202e"))
	assert.Less(t, len(excerpt(strings.Repeat("\xff", 1<<20))), 300)
}
