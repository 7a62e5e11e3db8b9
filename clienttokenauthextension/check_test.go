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

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
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
		want    admission.Outcome
	}{
		{"nothing at all", headers(), admission.Missing},
		{"missing goes before the origin", headers("Origin", crooked), admission.Missing},
		{"two go before unknown", headers("X-Client-Token", one, "X-LAST9-API-TOKEN", two), admission.Ambiguous},
		{"known and unknown", headers("X-Client-Token", secretOf("shop-web"), "X-LAST9-API-TOKEN", two), admission.Ambiguous},
		{"unknown", from("nobody", shop), admission.Unknown},
		{"unknown goes before the origin", from("nobody", crooked), admission.Unknown},
		{"id is not the secret", headers("X-Client-Token", "shop-web-shop-web"), admission.Unknown},
		{"other case", headers("X-Client-Token", "Test-Secret-Shop-Web", "Origin", shop), admission.Unknown},
		{"part of a secret", headers("X-Client-Token", "test-secret-shop-we", "Origin", shop), admission.Unknown},
		{"disabled goes before expired", from("switched-off", shop), admission.Disabled},
		{"disabled goes before the origin", from("switched-off", crooked), admission.Disabled},
		{"expired goes before the origin", from("ending", crooked), admission.Expired},
		{"fine", from("shop-web", shop), admission.Accepted},
	}
	f.clock.set(time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, label(tt.want), label(f.checker.Check(tt.headers, "").Outcome))
		})
	}
}

func TestCheckExpiry(t *testing.T) {
	end := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		secret string
		at     time.Time
		want   admission.Outcome
	}{
		{"token, just before", "ending", end.Add(-time.Nanosecond), admission.Accepted},
		{"token, at the moment", "ending", end, admission.Expired},
		{"token, elsewhere", "ending", end.In(time.FixedZone("JST", 9*60*60)), admission.Expired},
		{"token, later", "ending", end.AddDate(1, 0, 0), admission.Expired},
		{"old secret, just before", "rotating-old", end.Add(-time.Nanosecond), admission.Accepted},
		{"old secret, at the moment", "rotating-old", end, admission.Expired},
		{"new secret, at the moment", "rotating-new", end, admission.Accepted},
		{"new secret, later", "rotating-new", end.AddDate(100, 0, 0), admission.Accepted},
	}
	f := newFixture(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f.clock.set(tt.at)
			assert.Equal(t, label(tt.want), label(f.checker.Check(from(tt.secret, shop), "").Outcome))
		})
	}
}

func TestCheckOrigin(t *testing.T) {
	type values = []string
	tests := []struct {
		token  string
		origin values
		app    values
		want   admission.Outcome
		named  string // the origin in the result
	}{
		{"shop-web", nil, nil, admission.OriginMissing, ""},
		{"shop-web", values{shop}, nil, admission.Accepted, shop},
		{"shop-web", values{"HTTPS://Shop.Example.com:443"}, nil, admission.Accepted, shop},
		{"shop-web", values{"https://eu.shop.example.com"}, nil, admission.Accepted, "https://eu.shop.example.com"},
		{"shop-web", values{evil}, nil, admission.OriginDenied, evil},
		{"shop-web", values{"http://shop.example.com"}, nil, admission.OriginDenied, "http://shop.example.com"},
		{"shop-web", values{shop + ".evil.example"}, nil, admission.OriginDenied, shop + ".evil.example"},
		{"shop-web", values{"null"}, nil, admission.OriginDenied, "null"},
		{"shop-web", values{""}, nil, admission.OriginMalformed, ""},
		{"shop-web", values{crooked}, nil, admission.OriginMalformed, ""},
		{"shop-web", values{"https://shop.example.com."}, nil, admission.OriginMalformed, ""},
		{"shop-web", values{shop, shop}, nil, admission.OriginMalformed, ""},
		{"shop-web", values{shop + ", " + shop}, nil, admission.OriginMalformed, ""},
		{"shop-web", values{shop + "\x00"}, nil, admission.OriginMalformed, ""},
		{"shop-web", nil, values{shop}, admission.OriginMissing, ""}, // a page can set any header but Origin
		{"shop-web", values{evil}, values{shop}, admission.OriginDenied, evil},
		{"shop-web", values{shop}, values{evil}, admission.Accepted, shop},

		{"any-web", nil, nil, admission.Accepted, ""},
		{"any-web", values{evil}, nil, admission.Accepted, evil},
		{"any-web", values{"null"}, nil, admission.Accepted, "null"},
		{"any-web", values{""}, nil, admission.OriginMalformed, ""},

		{"null-web", values{"null"}, nil, admission.Accepted, "null"},
		{"null-web", values{"NULL"}, nil, admission.OriginMalformed, ""},
		{"null-web", nil, nil, admission.OriginMissing, ""},
		{"null-web", values{shop}, nil, admission.OriginDenied, shop},

		{"shop-app", nil, nil, admission.Accepted, ""},
		{"shop-app", nil, values{app}, admission.Accepted, app},
		{"shop-app", values{app}, nil, admission.Accepted, app},
		{"shop-app", values{shop}, values{app}, admission.Accepted, app},
		{"shop-app", nil, values{alien}, admission.OriginDenied, alien},
		{"shop-app", values{evil}, nil, admission.OriginDenied, evil},
		{"shop-app", values{evil}, values{app}, admission.OriginDenied, evil},
		{"shop-app", values{shop}, values{alien}, admission.OriginDenied, alien},
		{"shop-app", values{evil}, values{alien}, admission.OriginDenied, evil},
		{"shop-app", nil, values{""}, admission.OriginMalformed, ""},
		{"shop-app", values{""}, nil, admission.OriginMalformed, ""},
		{"shop-app", values{shop}, values{"app"}, admission.OriginMalformed, ""},
		{"shop-app", values{evil}, values{"app"}, admission.OriginMalformed, ""},
		{"shop-app", values{"app"}, values{app}, admission.OriginMalformed, ""},
		{"shop-app", nil, values{app, app}, admission.OriginMalformed, ""},

		{"any-app", nil, nil, admission.Accepted, ""},
		{"any-app", values{evil}, values{alien}, admission.Accepted, alien},
		{"any-app", values{"evil"}, nil, admission.OriginMalformed, ""},

		{"prometheus", nil, nil, admission.Accepted, ""},
		{"prometheus", values{shop}, nil, admission.OriginDenied, shop},
		{"prometheus", values{"null"}, nil, admission.OriginDenied, "null"},
		{"prometheus", values{""}, nil, admission.OriginMalformed, ""},
		{"prometheus", nil, values{app}, admission.Accepted, ""},

		{"report-web", nil, nil, admission.OriginReported, ""},
		{"report-web", values{evil}, nil, admission.OriginReported, evil},
		{"report-web", values{shop}, nil, admission.Accepted, shop},
		{"report-web", values{crooked}, nil, admission.OriginMalformed, ""},
		{"report-app", values{evil}, nil, admission.OriginReported, evil},
		{"report-app", values{evil}, values{app}, admission.OriginReported, evil},
		{"report-app", values{evil}, values{"app"}, admission.OriginMalformed, ""},
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
				got := f.checker.Check(over, "")
				assert.Equal(t, label(tt.want), label(got.Outcome))
				assert.Equal(t, tt.named, got.Origin)
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
		want    admission.Outcome
	}{
		{"both absent", nil, "shop-web", evil, admission.OriginDenied},
		{"extension reports", []func(*Config){reporting}, "shop-web", evil, admission.OriginReported},
		{"extension reports a missing one", []func(*Config){reporting}, "shop-web", "", admission.OriginReported},
		{"extension reports, malformed", []func(*Config){reporting}, "shop-web", crooked, admission.OriginMalformed},
		{"extension reports, well-behaved", []func(*Config){reporting}, "shop-web", shop, admission.Accepted},
		{"extension reports, remote_write", []func(*Config){reporting}, "prometheus", evil, admission.OriginReported},
		{"extension reports, disabled", []func(*Config){reporting}, "switched-off", evil, admission.Disabled},
		{"extension reports, unknown", []func(*Config){reporting}, "nobody", evil, admission.Unknown},
		{"token reports", nil, "report-web", evil, admission.OriginReported},
		{"token enforces", nil, "enforce-web", evil, admission.OriginDenied},
		{"token enforces against the extension", []func(*Config){reporting}, "enforce-web", evil, admission.OriginDenied},
		{"token enforces a missing one", []func(*Config){reporting}, "enforce-web", "", admission.OriginMissing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t, tt.changes...)
			assert.Equal(t, label(tt.want), label(f.checker.Check(from(tt.token, tt.origin), "").Outcome))
		})
	}
}

func TestCheckAppOriginHeader(t *testing.T) {
	sent := from("shop-app", "")
	sent.Set("X-App", alien)
	sent.Set("X-Last9-Origin", app)
	custom := newFixture(t, func(cfg *Config) { cfg.AppOriginHeader = "x-app" })
	assert.Equal(t, admission.OriginDenied, custom.checker.Check(sent, "").Outcome)
	off := newFixture(t, func(cfg *Config) { cfg.AppOriginHeader = "" })
	sent.Set("X-Last9-Origin", alien)
	assert.Equal(t, admission.Accepted, off.checker.Check(sent, "").Outcome)
}

func label(o admission.Outcome) string {
	return o.Verdict().Label
}

func text(values []string) string {
	if values == nil {
		return "-"
	}
	return strconv.Quote(strings.Join(values, "|"))
}
