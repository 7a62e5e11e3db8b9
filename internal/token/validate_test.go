// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestValidTokens(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Token)
	}{
		{"as it is", func(*Token) {}},
		{"without id", func(r *Token) { r.ID = "" }},
		{"plain secret", func(r *Token) { r.Secret, r.Secrets = plainSecret, nil }},
		{"longest name", func(r *Token) { r.Name = strings.Repeat("é", 100) }},
		{"longest memo", func(r *Token) { r.Memo = strings.Repeat("例", 1000) }},
		{"emoji and bidi mark", func(r *Token) { r.Name = "👩‍💻 shop\u200f" }},
		{"highest limit", func(r *Token) { r.SpansPerMinute = new(int64(MaxLimit)) }},
		{"no limits", func(r *Token) { r.SpansPerMinute, r.ClientSpansPerMinute = nil, nil }},
		{"no signals", func(r *Token) { r.Signals = nil }},
		{"empty origins are left to package origin", func(r *Token) { r.AllowedOrigins = []string{} }},
		{
			"remote write",
			func(r *Token) { r.Kind, r.AllowedOrigins, r.Signals = KindRemoteWrite, nil, []Signal{SignalMetrics} },
		},
		{"expires when created", func(r *Token) { r.ExpiresAt = r.CreatedAt }},
		{"expires, creation unknown", func(r *Token) { r.CreatedAt = time.Time{} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			record := fullToken()
			tt.change(&record)
			assert.Empty(t, record.Validate())
		})
	}
}

func TestTokenFaults(t *testing.T) {
	tests := []struct {
		name    string
		change  func(*Token)
		field   string
		problem string
	}{
		{"id", func(r *Token) { r.ID = "A" }, "id", "not a valid id"},
		{"no organization", func(r *Token) { r.Organization = "" }, "organization", "missing"},
		{"organization", func(r *Token) { r.Organization = "a/b" }, "organization", "not a valid id"},
		{"long name", func(r *Token) { r.Name = strings.Repeat("é", 101) }, "name", "more than 100"},
		{"control in name", func(r *Token) { r.Name = "a\x1b[2J" }, "name", "control character"},
		{"C1 control in name", func(r *Token) { r.Name = "a\u009b" }, "name", "control character"},
		{"bidi override in name", func(r *Token) { r.Name = "a\u202e" }, "name", "control character"},
		{"bidi isolate in name", func(r *Token) { r.Name = "a\u2066" }, "name", "control character"},
		{"line separator in name", func(r *Token) { r.Name = "a\u2028" }, "name", "control character"},
		{"broken name", func(r *Token) { r.Name = "\xff" }, "name", "not valid UTF-8"},
		{"long memo", func(r *Token) { r.Memo = strings.Repeat("a", 1001) }, "memo", "more than 1000"},
		{"line break in memo", func(r *Token) { r.Memo = "a\nb" }, "memo", "line break"},
		{"long environment", func(r *Token) { r.Environment = strings.Repeat("a", 101) }, "environment", "more than"},
		{"control in environment", func(r *Token) { r.Environment = "\x00" }, "environment", "control character"},
		{"long creator", func(r *Token) { r.CreatedBy = strings.Repeat("a", 255) }, "created_by", "more than 254"},
		{"no kind", func(r *Token) { r.Kind = "" }, "kind", "missing"},
		{"kind", func(r *Token) { r.Kind = "Web" }, "kind", "unknown"},
		{
			"remote write from origins", func(r *Token) { r.Kind, r.Signals = KindRemoteWrite, nil },
			"allowed_origins", "must have no Origin",
		},
		{
			"remote write of traces",
			func(r *Token) {
				r.Kind, r.AllowedOrigins, r.Signals = KindRemoteWrite, nil, []Signal{"metrics", "traces"}
			},
			"signals", "more than metrics",
		},
		{"origin mode", func(r *Token) { r.OriginMode = "off" }, "origin_mode", "unknown"},
		{"empty signals", func(r *Token) { r.Signals = []Signal{} }, "signals", "empty"},
		{"signal", func(r *Token) { r.Signals = []Signal{SignalLogs, "spans"} }, "signals[1]", "unknown"},
		{"signal twice", func(r *Token) { r.Signals = []Signal{"logs", "logs"} }, "signals[1]", "twice"},
		{"negative limit", func(r *Token) { r.SpansPerMinute = new(int64(-1)) }, "spans_per_minute", "not 0 to"},
		{
			"limit too high", func(r *Token) { r.ClientSpansPerMinute = new(int64(MaxLimit + 1)) },
			"client_spans_per_minute", "not 0 to",
		},
		{"no secret", func(r *Token) { r.Secrets = nil }, "secrets", "missing"},
		{"both", func(r *Token) { r.Secret = plainSecret }, "secret", "together"},
		{"short secret", func(r *Token) { r.Secret, r.Secrets = "short", nil }, "secret", "not 16 to 256"},
		{"reference", func(r *Token) { r.Secret, r.Secrets = "${env:SHOP_SECRET}", nil }, "secret", "is a reference"},
		{"placeholder", func(r *Token) { r.Secret, r.Secrets = redacted, nil }, "secret", "not 16 to 256"},
		{"no digest", func(r *Token) { r.Secrets[1].SHA256 = Digest{} }, "secrets[1].sha256", "missing"},
		{"digest twice", func(r *Token) { r.Secrets[1].SHA256 = r.Secrets[0].SHA256 }, "secrets[1].sha256", "twice"},
		{"long hint", func(r *Token) { r.Secrets[0].Hint = "abcde" }, "secrets[0].hint", "up to 4"},
		{"hint", func(r *Token) { r.Secrets[0].Hint = "a\nb" }, "secrets[0].hint", "visible ASCII"},
		{
			"secret expires before creation", func(r *Token) { r.Secrets[0].ExpiresAt = noon.Add(-1) },
			"secrets[0].expires_at", "before created_at",
		},
		{
			"expires before creation", func(r *Token) { r.ExpiresAt = noon.Add(-1) },
			"expires_at", "before created_at",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			record := fullToken()
			tt.change(&record)
			assertFault(t, record.Validate(), tt.field, tt.problem)
		})
	}
}

func TestValidOrganization(t *testing.T) {
	assert.Empty(t, fullOrganization().Validate())
	assert.Empty(t, Organization{ID: "acme"}.Validate())
}

func TestOrganizationFaults(t *testing.T) {
	tests := []struct {
		name    string
		change  func(*Organization)
		field   string
		problem string
	}{
		{"no id", func(o *Organization) { o.ID = "" }, "id", "missing"},
		{"id", func(o *Organization) { o.ID = "Acme" }, "id", "not a valid id"},
		{"name", func(o *Organization) { o.Name = "a\n" }, "name", "line break"},
		{"limit", func(o *Organization) { o.SpansPerMinute = new(int64(-1)) }, "spans_per_minute", "not 0 to"},
		{"no user", func(o *Organization) { o.Members[1].User = "" }, "members[1].user", "missing"},
		{"user twice", func(o *Organization) { o.Members[2].User = "jo" }, "members[2].user", "twice"},
		{"user", func(o *Organization) { o.Members[0].User = "a\x00" }, "members[0].user", "control"},
		{
			"long user", func(o *Organization) { o.Members[0].User = strings.Repeat("a", 255) },
			"members[0].user", "more than 254",
		},
		{"no role", func(o *Organization) { o.Members[0].Role = "" }, "members[0].role", "missing"},
		{"role", func(o *Organization) { o.Members[0].Role = "admin" }, "members[0].role", "unknown"},
		{"email", func(o *Organization) { o.Members[0].Email = "jo" }, "members[0].email", "not an e-mail"},
		{"named email", func(o *Organization) { o.Members[0].Email = "Jo <jo@a.com>" }, "members[0].email", "not an"},
		{"two emails", func(o *Organization) { o.Members[0].Email = "a@a.com,b@a.com" }, "members[0].email", "not an"},
		{"email header", func(o *Organization) { o.Members[0].Email = "a@a.com\r\nB: c" }, "members[0].email", "not an"},
		{"email separator", func(o *Organization) { o.Members[0].Email = "a\u2028@a.com" }, "members[0].email", "not an"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			record := fullOrganization()
			tt.change(&record)
			assertFault(t, record.Validate(), tt.field, tt.problem)
		})
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	assert.Len(t, Token{ID: "A", Name: "\n", Kind: "x", OriginMode: "x", Signals: []Signal{"x"}}.Validate(), 7)
	assert.Len(t, Organization{Members: []Member{{}, {}}}.Validate(), 5)
}

func assertFault(t *testing.T, faults []Fault, field, problem string) {
	t.Helper()
	require.Len(t, faults, 1)
	assert.Equal(t, field, faults[0].Field)
	assert.Contains(t, faults[0].Problem, problem)
	assert.NotEmpty(t, faults[0].Fix)
}
