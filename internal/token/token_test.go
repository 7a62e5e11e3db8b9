// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

var noon = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

func fullToken() Token {
	return Token{
		ID: "shop-web", Organization: "acme", Name: "Production shop", Memo: "a memo", Kind: KindWeb,
		Environment: "production", AllowedOrigins: []string{"https://shop.example.com"}, OriginMode: OriginReport,
		Signals: []Signal{SignalTraces, SignalLogs}, SpansPerMinute: new(int64(6000)), ClientSpansPerMinute: new(int64(0)),
		Secrets: []Secret{
			{SHA256: DigestOf(testSecret), Hint: "abcd", CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)},
			{SHA256: DigestOf("other")},
		},
		Disabled: true, CreatedAt: noon, CreatedBy: "jo", ExpiresAt: noon.Add(time.Hour),
	}
}

func fullOrganization() Organization {
	return Organization{
		ID: "acme", Name: "Acme Inc.", SpansPerMinute: new(int64(60000)),
		Members: []Member{
			{User: "jo", Role: RoleOwner, Email: "jo@example.com"},
			{User: "kim", Role: RoleManager},
			{User: "lee", Role: RoleViewer},
		},
	}
}

func TestTokenRoundTrip(t *testing.T) {
	tests := []struct {
		name  string
		token Token
	}{
		{"full", fullToken()},
		{"empty", Token{}},
		{"no limits and no times", Token{ID: "a", Secrets: []Secret{{SHA256: DigestOf(testSecret)}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var fromYAML, fromJSON Token
			roundTripYAML(t, tt.token, &fromYAML)
			assert.Equal(t, tt.token, fromYAML)
			roundTripJSON(t, tt.token, &fromJSON)
			assert.Equal(t, tt.token, fromJSON)
		})
	}
}

func TestOrganizationRoundTrip(t *testing.T) {
	var fromYAML, fromJSON Organization
	roundTripYAML(t, fullOrganization(), &fromYAML)
	assert.Equal(t, fullOrganization(), fromYAML)
	roundTripJSON(t, fullOrganization(), &fromJSON)
	assert.Equal(t, fullOrganization(), fromJSON)
}

func TestAbsentFieldsAreNotWritten(t *testing.T) {
	record := Token{ID: "a", Secrets: []Secret{{SHA256: DigestOf(testSecret)}}}
	asJSON, err := json.Marshal(record)
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":"a","secrets":[{"sha256":"`+testDigest+`"}]}`, string(asJSON))
	asYAML, err := yaml.Marshal(record)
	require.NoError(t, err)
	assert.YAMLEq(t, "{id: a, secrets: [{sha256: "+testDigest+"}]}", string(asYAML))
}

func TestReadFromFile(t *testing.T) {
	var got Token
	require.NoError(t, yaml.Unmarshal([]byte(`
id: shop-web
secret: `+plainSecret+`
spans_per_minute: 0
expires_at: 2026-08-01
`), &got))
	assert.Equal(t, Plaintext(plainSecret), got.Secret)
	assert.Equal(t, new(int64(0)), got.SpansPerMinute)
	assert.Nil(t, got.ClientSpansPerMinute)
	assert.Equal(t, noon.Truncate(24*time.Hour), got.ExpiresAt)
}

func TestSecretInPlaceOfDigestIsNotRepeated(t *testing.T) {
	var fromYAML, fromJSON Secret
	err := yaml.Unmarshal([]byte("sha256: "+plainSecret), &fromYAML)
	require.ErrorContains(t, err, "64 hex digits")
	assert.NotContains(t, err.Error(), plainSecret)
	err = json.Unmarshal([]byte(`{"sha256":"`+plainSecret+`"}`), &fromJSON)
	require.ErrorContains(t, err, "64 hex digits")
	assert.NotContains(t, err.Error(), plainSecret)
}

func TestSignalsOrDefault(t *testing.T) {
	tests := []struct {
		name  string
		token Token
		want  []Signal
	}{
		{"web", Token{Kind: KindWeb}, []Signal{SignalTraces}},
		{"mobile", Token{Kind: KindMobile}, []Signal{SignalTraces}},
		{"remote write", Token{Kind: KindRemoteWrite}, []Signal{SignalMetrics}},
		{"own", Token{Kind: KindWeb, Signals: []Signal{SignalLogs}}, []Signal{SignalLogs}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, tt.token.SignalsOrDefault())
		})
	}
}

func TestSignalsOrDefaultDoesNotAllocate(t *testing.T) {
	token := &Token{Kind: KindWeb}
	assert.Zero(t, testing.AllocsPerRun(100, func() { writes = slices.Contains(token.SignalsOrDefault(), SignalTraces) }))
}

var writes bool // keeps the compiler from dropping the call

func TestExpired(t *testing.T) {
	tests := []struct {
		name      string
		expiresAt time.Time
		want      bool
	}{
		{"never", time.Time{}, false},
		{"later", noon.Add(time.Nanosecond), false},
		{"now", noon, true},
		{"earlier", noon.Add(-time.Nanosecond), true},
		{"now in another zone", noon.In(time.FixedZone("", 3600)), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, Token{ExpiresAt: tt.expiresAt}.Expired(noon))
			assert.Equal(t, tt.want, Secret{ExpiresAt: tt.expiresAt}.Expired(noon))
		})
	}
}

func roundTripYAML(t *testing.T, from, to any) {
	t.Helper()
	text, err := yaml.Marshal(from)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, to))
}

func roundTripJSON(t *testing.T, from, to any) {
	t.Helper()
	text, err := json.Marshal(from)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, to))
}
