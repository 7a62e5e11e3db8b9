// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

const (
	app     = "android://com.example.app"
	alien   = "android://com.evil.app"
	crooked = "https://shop.example.com/path"
)

func TestCheckOrder(t *testing.T) {
	f := newFixture(t)
	tests := []struct {
		name    string
		headers http.Header
		want    outcome
	}{
		{"nothing at all", headers(), missing},
		{"missing goes before the origin", headers("Origin", crooked), missing},
		{"two go before unknown", headers("X-Client-Token", one, "X-LAST9-API-TOKEN", two), ambiguous},
		{"known and unknown", headers("X-Client-Token", secretOf("shop-web"), "X-LAST9-API-TOKEN", two), ambiguous},
		{"unknown", from("nobody", shop), unknown},
		{"unknown goes before the origin", from("nobody", crooked), unknown},
		{"id is not the secret", headers("X-Client-Token", "shop-web-shop-web"), unknown},
		{"other case", headers("X-Client-Token", "Test-Secret-Shop-Web", "Origin", shop), unknown},
		{"part of a secret", headers("X-Client-Token", "test-secret-shop-we", "Origin", shop), unknown},
		{"disabled goes before expired", from("switched-off", shop), disabled},
		{"disabled goes before the origin", from("switched-off", crooked), disabled},
		{"expired goes before the origin", from("ending", crooked), expired},
		{"fine", from("shop-web", shop), accepted},
	}
	f.clock.set(time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, label(tt.want), label(f.checker.check(tt.headers, "").outcome))
		})
	}
}

func TestCheckExpiry(t *testing.T) {
	end := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		secret string
		at     time.Time
		want   outcome
	}{
		{"token, just before", "ending", end.Add(-time.Nanosecond), accepted},
		{"token, at the moment", "ending", end, expired},
		{"token, elsewhere", "ending", end.In(time.FixedZone("JST", 9*60*60)), expired},
		{"token, later", "ending", end.AddDate(1, 0, 0), expired},
		{"old secret, just before", "rotating-old", end.Add(-time.Nanosecond), accepted},
		{"old secret, at the moment", "rotating-old", end, expired},
		{"new secret, at the moment", "rotating-new", end, accepted},
		{"new secret, later", "rotating-new", end.AddDate(100, 0, 0), accepted},
	}
	f := newFixture(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f.clock.set(tt.at)
			assert.Equal(t, label(tt.want), label(f.checker.check(from(tt.secret, shop), "").outcome))
		})
	}
}

func TestCheckOrigin(t *testing.T) {
	type values = []string
	tests := []struct {
		token  string
		origin values
		app    values
		want   outcome
		named  string // the origin in the result
	}{
		{"shop-web", nil, nil, originMissing, ""},
		{"shop-web", values{shop}, nil, accepted, shop},
		{"shop-web", values{"HTTPS://Shop.Example.com:443"}, nil, accepted, shop},
		{"shop-web", values{"https://eu.shop.example.com"}, nil, accepted, "https://eu.shop.example.com"},
		{"shop-web", values{evil}, nil, originDenied, evil},
		{"shop-web", values{"http://shop.example.com"}, nil, originDenied, "http://shop.example.com"},
		{"shop-web", values{shop + ".evil.example"}, nil, originDenied, shop + ".evil.example"},
		{"shop-web", values{"null"}, nil, originDenied, "null"},
		{"shop-web", values{""}, nil, originMalformed, ""},
		{"shop-web", values{crooked}, nil, originMalformed, ""},
		{"shop-web", values{"https://shop.example.com."}, nil, originMalformed, ""},
		{"shop-web", values{shop, shop}, nil, originMalformed, ""},
		{"shop-web", values{shop + ", " + shop}, nil, originMalformed, ""},
		{"shop-web", values{shop + "\x00"}, nil, originMalformed, ""},
		{"shop-web", nil, values{shop}, originMissing, ""}, // a page can set any header but Origin
		{"shop-web", values{evil}, values{shop}, originDenied, evil},
		{"shop-web", values{shop}, values{evil}, accepted, shop},

		{"any-web", nil, nil, accepted, ""},
		{"any-web", values{evil}, nil, accepted, evil},
		{"any-web", values{"null"}, nil, accepted, "null"},
		{"any-web", values{""}, nil, originMalformed, ""},

		{"null-web", values{"null"}, nil, accepted, "null"},
		{"null-web", values{"NULL"}, nil, originMalformed, ""},
		{"null-web", nil, nil, originMissing, ""},
		{"null-web", values{shop}, nil, originDenied, shop},

		{"shop-app", nil, nil, accepted, ""},
		{"shop-app", nil, values{app}, accepted, app},
		{"shop-app", values{app}, nil, accepted, app},
		{"shop-app", values{shop}, values{app}, accepted, app},
		{"shop-app", nil, values{alien}, originDenied, alien},
		{"shop-app", values{evil}, nil, originDenied, evil},
		{"shop-app", values{evil}, values{app}, originDenied, evil},
		{"shop-app", values{shop}, values{alien}, originDenied, alien},
		{"shop-app", values{evil}, values{alien}, originDenied, evil},
		{"shop-app", nil, values{""}, originMalformed, ""},
		{"shop-app", values{""}, nil, originMalformed, ""},
		{"shop-app", values{shop}, values{"app"}, originMalformed, ""},
		{"shop-app", values{evil}, values{"app"}, originMalformed, ""},
		{"shop-app", values{"app"}, values{app}, originMalformed, ""},
		{"shop-app", nil, values{app, app}, originMalformed, ""},

		{"any-app", nil, nil, accepted, ""},
		{"any-app", values{evil}, values{alien}, accepted, alien},
		{"any-app", values{"evil"}, nil, originMalformed, ""},

		{"prometheus", nil, nil, accepted, ""},
		{"prometheus", values{shop}, nil, originDenied, shop},
		{"prometheus", values{"null"}, nil, originDenied, "null"},
		{"prometheus", values{""}, nil, originMalformed, ""},
		{"prometheus", nil, values{app}, accepted, ""},

		{"report-web", nil, nil, originReported, ""},
		{"report-web", values{evil}, nil, originReported, evil},
		{"report-web", values{shop}, nil, accepted, shop},
		{"report-web", values{crooked}, nil, originMalformed, ""},
		{"report-app", values{evil}, nil, originReported, evil},
		{"report-app", values{evil}, values{app}, originReported, evil},
		{"report-app", values{evil}, values{"app"}, originMalformed, ""},
	}
	f := newFixture(t)
	for _, tt := range tests {
		t.Run(tt.token+" "+text(tt.origin)+" "+text(tt.app), func(t *testing.T) {
			sources := headers("X-Client-Token", secretOf(tt.token))
			lower := map[string][]string{"x-client-token": {secretOf(tt.token)}}
			if tt.origin != nil {
				sources["Origin"], lower["origin"] = tt.origin, tt.origin
			}
			if tt.app != nil {
				sources["X-Last9-Origin"], lower["x-last9-origin"] = tt.app, tt.app
			}
			for _, over := range []map[string][]string{sources, lower} {
				got := f.checker.check(over, "")
				assert.Equal(t, label(tt.want), label(got.outcome))
				assert.Equal(t, tt.named, got.origin)
			}
		})
	}
}

func TestCheckOriginMode(t *testing.T) {
	tests := []struct {
		name    string
		changes []func(*Config)
		token   string
		origin  string
		want    outcome
	}{
		{"both absent", nil, "shop-web", evil, originDenied},
		{"extension reports", []func(*Config){reporting}, "shop-web", evil, originReported},
		{"extension reports a missing one", []func(*Config){reporting}, "shop-web", "", originReported},
		{"extension reports, malformed", []func(*Config){reporting}, "shop-web", crooked, originMalformed},
		{"extension reports, well-behaved", []func(*Config){reporting}, "shop-web", shop, accepted},
		{"extension reports, remote_write", []func(*Config){reporting}, "prometheus", evil, originReported},
		{"extension reports, disabled", []func(*Config){reporting}, "switched-off", evil, disabled},
		{"extension reports, unknown", []func(*Config){reporting}, "nobody", evil, unknown},
		{"token reports", nil, "report-web", evil, originReported},
		{"token enforces", nil, "enforce-web", evil, originDenied},
		{"token enforces against the extension", []func(*Config){reporting}, "enforce-web", evil, originDenied},
		{"token enforces a missing one", []func(*Config){reporting}, "enforce-web", "", originMissing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t, tt.changes...)
			assert.Equal(t, label(tt.want), label(f.checker.check(from(tt.token, tt.origin), "").outcome))
		})
	}
}

func TestCheckAppOriginHeader(t *testing.T) {
	sent := from("shop-app", "")
	sent.Set("X-App", alien)
	sent.Set("X-Last9-Origin", app)
	custom := newFixture(t, func(cfg *Config) { cfg.AppOriginHeader = "x-app" })
	assert.Equal(t, originDenied, custom.checker.check(sent, "").outcome)
	off := newFixture(t, func(cfg *Config) { cfg.AppOriginHeader = "" })
	sent.Set("X-Last9-Origin", alien)
	assert.Equal(t, accepted, off.checker.check(sent, "").outcome)
}

func label(o outcome) string {
	return o.verdict().label
}

func text(values []string) string {
	if values == nil {
		return "-"
	}
	return strconv.Quote(strings.Join(values, "|"))
}
