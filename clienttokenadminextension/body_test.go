// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office/officetest"
)

// pointers returns what the entries of a problem are about.
func (r response) pointers() []string {
	var all []string
	list, _ := r.body["errors"].([]any)
	for _, e := range list {
		entry := e.(map[string]any)
		for _, key := range []string{"pointer", "parameter"} {
			if at, ok := entry[key].(string); ok {
				all = append(all, at)
			}
		}
	}
	return all
}

func TestBodies(t *testing.T) {
	r := newRig(t, officetest.File(t))
	tests := []struct {
		name, body string
		status     int
		pointers   []string
	}{
		{"nothing", "", 415, nil},
		{"cut off", `{"kind": "web"`, 400, nil},
		{"no JSON", "kind: web", 400, nil},
		{"no object", `["web"]`, 400, nil},
		{"null", `null`, 400, nil},
		{"two of them", `{"kind": "web"} {"kind": "web"}`, 400, nil},
		{"too deep", strings.Repeat(`{"a":`, 20_000) + "1", 413, nil},
		{"deep", `{"memo": ` + strings.Repeat(`[`, 20_000) + "1", 400, nil},
		{"too large", `{"memo": "` + strings.Repeat("x", 64<<10) + `"}`, 413, nil},
		{
			"all that is wrong at once, by type", `{"kind": 1, "spans_per_minute": "x", "allowed_origins": "https://a.example",
			"expires_at": "tomorrow", "disabled": "no", "colour": "red", "id": "new"}`, 422,
			[]string{"#/kind", "#/spans_per_minute", "#/allowed_origins", "#/expires_at", "#/disabled", "#/colour"},
		},
		{
			"all that is wrong at once, by rule",
			`{"id": "New", "spans_per_minute": -1, "allowed_origins": ["https://a.example", "*.b.example"]}`, 422,
			[]string{"#/id", "#/kind", "#/spans_per_minute", "#/allowed_origins/1"},
		},
		{"a field twice", `{"kind": "web", "kind": "mobile"}`, 422, []string{"#/kind"}},
		{
			"what nobody sets",
			`{"kind": "web", "organization": "beta", "created_by": "me", "secrets": [], "secret": "x", "revision": "1"}`, 422,
			[]string{"#/organization", "#/created_by", "#/secrets", "#/secret", "#/revision"},
		},
		{"a fraction", `{"kind": "web", "spans_per_minute": 1.5}`, 422, []string{"#/spans_per_minute"}},
		{"too large a number", `{"kind": "web", "spans_per_minute": 99999999999999999999}`, 422, []string{"#/spans_per_minute"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := r.in(t)
			answer := r.as(owner, http.MethodPost, "/api/v1"+tokens, tt.body)
			assert.Equal(t, tt.status, answer.StatusCode, answer.text)
			assert.Equal(t, tt.pointers, answer.pointers(), answer.text)
		})
	}
	contents, err := r.Store.Contents(t.Context())
	require.NoError(t, err)
	assert.Len(t, contents.Tokens, 2)
}

func TestCompressedBodies(t *testing.T) {
	r := newRig(t, officetest.File(t))
	answer := r.as(owner, http.MethodPost, "/api/v1"+tokens, "{}", "Content-Encoding", "gzip")
	assert.Equal(t, http.StatusUnsupportedMediaType, answer.StatusCode)
	assert.Equal(t, "unsupported-media", answer.problem())
}

// A merge patch changes what it names, and null takes it away.
func TestMergePatch(t *testing.T) {
	r := newRig(t, officetest.File(t))
	answer := r.as(owner, http.MethodPatch, "/api/v1"+shopWeb, `{"memo": "by hand", "spans_per_minute": null, "allowed_origins":
		["https://a.example"], "expires_at": "2040-01-31T00:00:00Z"}`, "Content-Type", "application/merge-patch+json")
	require.Equal(t, http.StatusOK, answer.StatusCode, answer.text)
	stored := r.StoredToken(t, "shop-web")
	assert.Equal(t, "Shop shop-web", stored.Name)
	assert.Equal(t, "by hand", stored.Memo)
	assert.Nil(t, stored.SpansPerMinute)
	assert.Equal(t, []string{"https://a.example"}, stored.AllowedOrigins)
	assert.NotContains(t, answer.body, "spans_per_minute")

	answer = r.as(owner, http.MethodPatch, "/api/v1"+shopWeb, `{"memo": null, "allowed_origins": null, "expires_at": null}`)
	require.Equal(t, http.StatusOK, answer.StatusCode, answer.text)
	stored = r.StoredToken(t, "shop-web")
	assert.Empty(t, stored.Memo)
	assert.Nil(t, stored.AllowedOrigins)
	assert.True(t, stored.ExpiresAt.IsZero())

	answer = r.as(owner, http.MethodPatch, "/api/v1"+organization, `{"spans_per_minute": null, "members": []}`)
	assert.Equal(t, []string{"#/members"}, answer.pointers(), "members have ways of their own")
	answer = r.as(owner, http.MethodPatch, "/api/v1"+organization, `{"spans_per_minute": null}`)
	require.Equal(t, http.StatusOK, answer.StatusCode)
	assert.Nil(t, r.StoredOrganization(t, "acme").SpansPerMinute)
}

func TestMove(t *testing.T) {
	r := newRig(t, officetest.File(t))
	answer := r.as(owner, http.MethodPatch, "/api/v1"+shopWeb, `{"organization": "beta"}`)
	assert.Equal(t, []string{"#/organization"}, answer.pointers(), "they don't know beta")
	answer = r.as(administrator, http.MethodPatch, "/api/v1"+shopWeb, `{"organization": "beta"}`)
	require.Equal(t, http.StatusOK, answer.StatusCode, answer.text)
	assert.Equal(t, "/api/v1/organizations/beta/tokens/shop-web", answer.Header.Get("Location"))
	assert.Equal(t, http.StatusNotFound, r.as(owner, http.MethodGet, "/api/v1"+shopWeb, "").StatusCode)
}

func TestRotation(t *testing.T) {
	r := newRig(t, officetest.File(t))
	tests := []struct {
		body    string
		status  int
		secrets int
	}{
		{"", 200, 2},
		{"{}", 200, 3},
		{`{"grace": null}`, 200, 4},
		{`{"grace": "7d"}`, 200, 5},
		{`{"grace": 60}`, 422, 5},
		{`{"grace": "-1h"}`, 422, 5},
		{`{"grace": "soon"}`, 422, 5},
		{`{"delay": "1h"}`, 422, 5},
		{`{"grace": "0"}`, 200, 1},
	}
	for _, tt := range tests {
		answer := r.as(owner, http.MethodPost, "/api/v1"+shopWeb+"/rotate", tt.body)
		assert.Equal(t, tt.status, answer.StatusCode, "%s: %s", tt.body, answer.text)
		assert.Len(t, r.StoredToken(t, "shop-web").Secrets, tt.secrets, tt.body)
	}
}
