// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	one = "client-token-one-1234"
	two = "client-token-two-1234"
)

func TestPlacesHeaders(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	places := newPlaces(cfg.Headers, cfg.QueryParam)
	for _, name := range cfg.Headers {
		value := one
		if name == "Authorization" {
			value = "Bearer " + one
		}
		for _, spelling := range []string{http.CanonicalHeaderKey(name), strings.ToLower(name)} {
			t.Run(spelling, func(t *testing.T) {
				secret, found := places.find(map[string][]string{spelling: {value}}, "")
				assert.Equal(t, accepted, found)
				assert.Equal(t, one, secret)
			})
		}
		for _, scheme := range []string{"Bearer ", "bearer ", "BEARER ", "bEaReR   "} {
			t.Run(name+" "+scheme, func(t *testing.T) {
				secret, found := places.find(headers(name, scheme+one), "")
				assert.Equal(t, accepted, found)
				assert.Equal(t, one, secret)
			})
		}
	}
}

func TestPlacesHeaderValues(t *testing.T) {
	type sources = map[string][]string
	const basic = "Basic dXNlcjpwYXNzd29yZA=="
	long := strings.Repeat("x", 256)
	tests := []struct {
		name    string
		sources sources
		want    outcome
		secret  string
	}{
		{"nothing", nil, missing, ""},
		{"another header", headers("X-Token", one), missing, ""},
		{"empty value", headers("X-Client-Token", ""), missing, ""},
		{"empty bearer", headers("Authorization", "Bearer "), missing, ""},
		{"empty value beside a token", sources{"X-Client-Token": {"", one}}, accepted, one},
		{"empty header beside a token", headers("X-Client-Token", "", "X-LAST9-API-TOKEN", one), accepted, one},
		{"no values", sources{"X-Client-Token": {}}, missing, ""},
		{"bare authorization", headers("Authorization", one), missing, ""},
		{"basic", headers("Authorization", basic), missing, ""},
		{"basic beside a token", headers("Authorization", basic, "X-Client-Token", one), accepted, one},
		{"bearer word alone", headers("Authorization", "Bearer"), missing, ""},
		{"bearer without space", headers("Authorization", "Bearer"+one), missing, ""},
		{"bearer twice", headers("Authorization", "Bearer Bearer "+one), unknown, ""},
		{"bearer with a tab", headers("Authorization", "Bearer\t"+one), missing, ""},
		{"twice in one header", sources{"X-Client-Token": {one, one}}, accepted, one},
		{"twice in two headers", headers("X-Client-Token", one, "Authorization", "Bearer "+one), accepted, one},
		{"two in one header", sources{"X-Client-Token": {one, two}}, ambiguous, ""},
		{"two in gRPC metadata", sources{"x-client-token": {one, two}}, ambiguous, ""},
		{"two in two headers", headers("X-Client-Token", one, "X-Mackerel-Client-Token", two), ambiguous, ""},
		{"two, and the first again", sources{"X-Client-Token": {one, two, one}}, ambiguous, ""},
		{"one and a malformed one", headers("X-Client-Token", one, "X-LAST9-API-TOKEN", "short"), ambiguous, ""},
		{"differing in case", headers("X-Client-Token", one, "X-LAST9-API-TOKEN", strings.ToUpper(one)), ambiguous, ""},
		{"space", headers("X-Client-Token", " "), unknown, ""},
		{"space in front", headers("X-Client-Token", " "+one), unknown, ""},
		{"space behind", headers("X-Client-Token", one+" "), unknown, ""},
		{"space within", headers("X-Client-Token", "client token one 1234"), unknown, ""},
		{"list in one value", headers("X-Client-Token", one+","+one), accepted, one + "," + one},
		{"15 characters", headers("X-Client-Token", long[:15]), unknown, ""},
		{"16 characters", headers("X-Client-Token", long[:16]), accepted, long[:16]},
		{"256 characters", headers("X-Client-Token", long), accepted, long},
		{"257 characters", headers("X-Client-Token", long+"x"), unknown, ""},
		{"256 characters behind Bearer", headers("Authorization", "Bearer "+long), accepted, long},
		{"every visible character", headers("X-Client-Token", visible()), accepted, visible()},
		{"NUL", headers("X-Client-Token", one+"\x00"), unknown, ""},
		{"line break", headers("X-Client-Token", one+"\r\n"), unknown, ""},
		{"DEL", headers("X-Client-Token", one+"\x7f"), unknown, ""},
		{"non-ASCII", headers("X-Client-Token", "clé-de-client-1234"), unknown, ""},
		{"invalid UTF-8", headers("X-Client-Token", one+"\xff\xfe"), unknown, ""},
		{"parameter that auth: has put among the headers", sources{"client_token": {one}}, accepted, one},
		{"such a parameter and another header", sources{"client_token": {one}, "X-Client-Token": {two}}, ambiguous, ""},
		{"such a parameter has no Bearer", sources{"client_token": {"Bearer " + one}}, unknown, ""},
	}
	cfg := createDefaultConfig().(*Config)
	places := newPlaces(cfg.Headers, cfg.QueryParam)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			secret, found := places.find(tt.sources, "")
			assert.Equal(t, tt.want.verdict().label, found.verdict().label)
			assert.Equal(t, tt.secret, secret)
		})
	}
}

func TestPlacesQuery(t *testing.T) {
	long := strings.Repeat("~", 256)
	noise := strings.Repeat("utm_source=newsletter&x=%F0%9F%98%80&&=;", 1<<20/40)
	tests := []struct {
		name   string
		param  string
		query  string
		want   outcome
		secret string
	}{
		{"alone", "client_token", "client_token=" + one, accepted, one},
		{"among others", "client_token", "a=b&client_token=" + one + "&c=d", accepted, one},
		{"in 1 MiB of noise", "client_token", noise + "&client_token=" + one + "&" + noise, accepted, one},
		{"only noise", "client_token", noise, missing, ""},
		{"empty", "client_token", "client_token=", missing, ""},
		{"without value", "client_token", "client_token", missing, ""},
		{"empty beside a token", "client_token", "client_token=&client_token=" + one, accepted, one},
		{"escaped", "client_token", "client_token=" + everyEscaped(one), accepted, one},
		{"longest, escaped", "client_token", "client_token=" + everyEscaped(long), accepted, long},
		{"one too many, escaped", "client_token", "client_token=" + everyEscaped(long+"~"), unknown, ""},
		{"every visible character", "client_token", "client_token=" + url.QueryEscape(visible()), accepted, visible()},
		{"equals sign in the value", "client_token", "client_token=" + one + "==", accepted, one + "=="},
		{"plus is a space", "client_token", "client_token=client+token+one+1234", unknown, ""},
		{"bad escape", "client_token", "client_token=%zz", unknown, ""},
		{"twice", "client_token", "client_token=" + one + "&client_token=" + one, accepted, one},
		{"twice, once escaped", "client_token", "client_token=" + one + "&client_token=" + everyEscaped(one), accepted, one},
		{"two", "client_token", "client_token=" + one + "&client_token=" + two, ambiguous, ""},
		{"16 times", "client_token", strings.Repeat("&client_token="+one, 16), accepted, one},
		{"17 times", "client_token", strings.Repeat("&client_token="+one, 17), ambiguous, ""},
		{"semicolon separates nothing", "client_token", "a=b;client_token=" + one, missing, ""},
		{"semicolon in the value", "client_token", "client_token=" + one + ";a=b", accepted, one + ";a=b"},
		{"longer name", "client_token", "my_client_token=" + one, missing, ""},
		{"other case", "client_token", "Client_Token=" + one, missing, ""},
		{"custom", "key", "key=" + one, accepted, one},
		{"custom, default name", "key", "client_token=" + one, missing, ""},
		{"turned off", "", "client_token=" + one + "&=" + one, missing, ""},
		{"Bearer is of headers", "client_token", "client_token=Bearer%20" + one, unknown, ""},
		{"non-ASCII", "client_token", "client_token=cl%C3%A9-de-client-1234", unknown, ""},
		{"NUL", "client_token", "client_token=" + one + "%00", unknown, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			places := newPlaces([]string{"X-Client-Token"}, tt.param)
			secret, found := places.find(nil, tt.query)
			assert.Equal(t, tt.want.verdict().label, found.verdict().label)
			assert.Equal(t, tt.secret, secret)
		})
	}
}

func TestPlacesHeaderAndQuery(t *testing.T) {
	places := newPlaces([]string{"X-Client-Token"}, "client_token")
	secret, found := places.find(headers("X-Client-Token", one), "client_token="+one)
	assert.Equal(t, accepted, found)
	assert.Equal(t, one, secret)
	_, found = places.find(headers("X-Client-Token", one), "client_token="+two)
	assert.Equal(t, ambiguous, found)
}

func TestFirstPlace(t *testing.T) {
	assert.Equal(t, "the header X-Api-Key", newPlaces([]string{"x-api-key", "Authorization"}, "key").first())
	assert.Equal(t, "the header Authorization, after Bearer", newPlaces([]string{"authorization"}, "key").first())
	assert.Equal(t, "the query parameter key", newPlaces(nil, "key").first())
}

// visible returns all 94 visible ASCII characters.
func visible() string {
	var b strings.Builder
	for c := byte('!'); c <= '~'; c++ {
		b.WriteByte(c)
	}
	return b.String()
}

// everyEscaped escapes every character, also those that need none.
func everyEscaped(s string) string {
	const hex = "0123456789abcdef"
	var b strings.Builder
	for i := range len(s) {
		b.Write([]byte{'%', hex[s[i]>>4], hex[s[i]&15]})
	}
	return b.String()
}
