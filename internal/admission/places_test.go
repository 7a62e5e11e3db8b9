// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package admission

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
	places := newPlaces(usualHeaders, "client_token")
	for _, name := range usualHeaders {
		value := one
		if name == "Authorization" {
			value = "Bearer " + one
		}
		for _, spelling := range []string{http.CanonicalHeaderKey(name), strings.ToLower(name)} {
			t.Run(spelling, func(t *testing.T) {
				secret, found := places.find(map[string][]string{spelling: {value}}, "")
				assert.Equal(t, Accepted, found)
				assert.Equal(t, one, secret)
			})
		}
		for _, scheme := range []string{"Bearer ", "bearer ", "BEARER ", "bEaReR   "} {
			t.Run(name+" "+scheme, func(t *testing.T) {
				secret, found := places.find(headers(name, scheme+one), "")
				assert.Equal(t, Accepted, found)
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
		want    Outcome
		secret  string
	}{
		{"nothing", nil, Missing, ""},
		{"another header", headers("X-Token", one), Missing, ""},
		{"empty value", headers("X-Client-Token", ""), Missing, ""},
		{"empty bearer", headers("Authorization", "Bearer "), Missing, ""},
		{"empty value beside a token", sources{"X-Client-Token": {"", one}}, Accepted, one},
		{"empty header beside a token", headers("X-Client-Token", "", "X-LAST9-API-TOKEN", one), Accepted, one},
		{"no values", sources{"X-Client-Token": {}}, Missing, ""},
		{"bare authorization", headers("Authorization", one), Missing, ""},
		{"basic", headers("Authorization", basic), Missing, ""},
		{"basic beside a token", headers("Authorization", basic, "X-Client-Token", one), Accepted, one},
		{"bearer word alone", headers("Authorization", "Bearer"), Missing, ""},
		{"bearer without space", headers("Authorization", "Bearer"+one), Missing, ""},
		{"bearer twice", headers("Authorization", "Bearer Bearer "+one), Unknown, ""},
		{"bearer with a tab", headers("Authorization", "Bearer\t"+one), Missing, ""},
		{"twice in one header", sources{"X-Client-Token": {one, one}}, Accepted, one},
		{"twice in two headers", headers("X-Client-Token", one, "Authorization", "Bearer "+one), Accepted, one},
		{"two in one header", sources{"X-Client-Token": {one, two}}, Ambiguous, ""},
		{"two in gRPC metadata", sources{"x-client-token": {one, two}}, Ambiguous, ""},
		{"two in two headers", headers("X-Client-Token", one, "X-Mackerel-Client-Token", two), Ambiguous, ""},
		{"two, and the first again", sources{"X-Client-Token": {one, two, one}}, Ambiguous, ""},
		{"one and a malformed one", headers("X-Client-Token", one, "X-LAST9-API-TOKEN", "short"), Ambiguous, ""},
		{"differing in case", headers("X-Client-Token", one, "X-LAST9-API-TOKEN", strings.ToUpper(one)), Ambiguous, ""},
		{"space", headers("X-Client-Token", " "), Unknown, ""},
		{"space in front", headers("X-Client-Token", " "+one), Unknown, ""},
		{"space behind", headers("X-Client-Token", one+" "), Unknown, ""},
		{"space within", headers("X-Client-Token", "client token one 1234"), Unknown, ""},
		{"list in one value", headers("X-Client-Token", one+","+one), Accepted, one + "," + one},
		{"15 characters", headers("X-Client-Token", long[:15]), Unknown, ""},
		{"16 characters", headers("X-Client-Token", long[:16]), Accepted, long[:16]},
		{"256 characters", headers("X-Client-Token", long), Accepted, long},
		{"257 characters", headers("X-Client-Token", long+"x"), Unknown, ""},
		{"256 characters behind Bearer", headers("Authorization", "Bearer "+long), Accepted, long},
		{"every visible character", headers("X-Client-Token", visible()), Accepted, visible()},
		{"NUL", headers("X-Client-Token", one+"\x00"), Unknown, ""},
		{"line break", headers("X-Client-Token", one+"\r\n"), Unknown, ""},
		{"DEL", headers("X-Client-Token", one+"\x7f"), Unknown, ""},
		{"non-ASCII", headers("X-Client-Token", "clé-de-client-1234"), Unknown, ""},
		{"invalid UTF-8", headers("X-Client-Token", one+"\xff\xfe"), Unknown, ""},
		{"parameter that auth: has put among the headers", sources{"client_token": {one}}, Accepted, one},
		{"such a parameter and another header", sources{"client_token": {one}, "X-Client-Token": {two}}, Ambiguous, ""},
		{"such a parameter has no Bearer", sources{"client_token": {"Bearer " + one}}, Unknown, ""},
	}
	places := newPlaces(usualHeaders, "client_token")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			secret, found := places.find(tt.sources, "")
			assert.Equal(t, tt.want.Verdict().Label, found.Verdict().Label)
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
		want   Outcome
		secret string
	}{
		{"alone", "client_token", "client_token=" + one, Accepted, one},
		{"among others", "client_token", "a=b&client_token=" + one + "&c=d", Accepted, one},
		{"in 1 MiB of noise", "client_token", noise + "&client_token=" + one + "&" + noise, Accepted, one},
		{"only noise", "client_token", noise, Missing, ""},
		{"empty", "client_token", "client_token=", Missing, ""},
		{"without value", "client_token", "client_token", Missing, ""},
		{"empty beside a token", "client_token", "client_token=&client_token=" + one, Accepted, one},
		{"escaped", "client_token", "client_token=" + everyEscaped(one), Accepted, one},
		{"longest, escaped", "client_token", "client_token=" + everyEscaped(long), Accepted, long},
		{"one too many, escaped", "client_token", "client_token=" + everyEscaped(long+"~"), Unknown, ""},
		{"every visible character", "client_token", "client_token=" + url.QueryEscape(visible()), Accepted, visible()},
		{"equals sign in the value", "client_token", "client_token=" + one + "==", Accepted, one + "=="},
		{"plus is a space", "client_token", "client_token=client+token+one+1234", Unknown, ""},
		{"bad escape", "client_token", "client_token=%zz", Unknown, ""},
		{"twice", "client_token", "client_token=" + one + "&client_token=" + one, Accepted, one},
		{"twice, once escaped", "client_token", "client_token=" + one + "&client_token=" + everyEscaped(one), Accepted, one},
		{"two", "client_token", "client_token=" + one + "&client_token=" + two, Ambiguous, ""},
		{"16 times", "client_token", strings.Repeat("&client_token="+one, 16), Accepted, one},
		{"17 times", "client_token", strings.Repeat("&client_token="+one, 17), Ambiguous, ""},
		{"semicolon separates nothing", "client_token", "a=b;client_token=" + one, Missing, ""},
		{"semicolon in the value", "client_token", "client_token=" + one + ";a=b", Accepted, one + ";a=b"},
		{"longer name", "client_token", "my_client_token=" + one, Missing, ""},
		{"other case", "client_token", "Client_Token=" + one, Missing, ""},
		{"custom", "key", "key=" + one, Accepted, one},
		{"custom, default name", "key", "client_token=" + one, Missing, ""},
		{"turned off", "", "client_token=" + one + "&=" + one, Missing, ""},
		{"Bearer is of headers", "client_token", "client_token=Bearer%20" + one, Unknown, ""},
		{"non-ASCII", "client_token", "client_token=cl%C3%A9-de-client-1234", Unknown, ""},
		{"NUL", "client_token", "client_token=" + one + "%00", Unknown, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			places := newPlaces([]string{"X-Client-Token"}, tt.param)
			secret, found := places.find(nil, tt.query)
			assert.Equal(t, tt.want.Verdict().Label, found.Verdict().Label)
			assert.Equal(t, tt.secret, secret)
		})
	}
}

func TestPlacesHeaderAndQuery(t *testing.T) {
	places := newPlaces([]string{"X-Client-Token"}, "client_token")
	secret, found := places.find(headers("X-Client-Token", one), "client_token="+one)
	assert.Equal(t, Accepted, found)
	assert.Equal(t, one, secret)
	_, found = places.find(headers("X-Client-Token", one), "client_token="+two)
	assert.Equal(t, Ambiguous, found)
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

var usualHeaders = []string{"X-Client-Token", "X-Mackerel-Client-Token", "X-LAST9-API-TOKEN", "Authorization"}

// headers makes the headers of an HTTP request from names and values in turn.
func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}
