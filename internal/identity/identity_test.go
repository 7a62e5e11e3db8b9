// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func TestIdentityAttributes(t *testing.T) {
	six, zero, all := int64(6), int64(0), int64(60)
	tests := []struct {
		name         string
		token        token.Token
		organization token.Organization
		origin       string
		want         map[string]any
	}{
		{
			"everything",
			token.Token{ID: "t-1", Name: "Shop", Kind: token.KindWeb, Environment: "production", SpansPerMinute: &six},
			token.Organization{ID: "acme", Name: "Acme Inc.", SpansPerMinute: &all},
			"https://shop.example.com",
			map[string]any{
				TokenID: "t-1", TokenName: "Shop", TokenKind: "web", Environment: "production", OrganizationID: "acme",
				TokenSpansPerMinute: int64(6), OrganizationSpansPerMinute: int64(60), Origin: "https://shop.example.com",
			},
		},
		{
			"unlimited",
			token.Token{ID: "t-1", Kind: token.KindMobile},
			token.Organization{ID: "acme"},
			"",
			map[string]any{TokenID: "t-1", TokenKind: "mobile", OrganizationID: "acme"},
		},
		{
			"nothing is admitted",
			token.Token{ID: "t-1", Kind: token.KindRemoteWrite, SpansPerMinute: &zero},
			token.Organization{ID: "acme", SpansPerMinute: &zero},
			"",
			map[string]any{
				TokenID: "t-1", TokenKind: "remote_write", OrganizationID: "acme",
				TokenSpansPerMinute: int64(0), OrganizationSpansPerMinute: int64(0),
			},
		},
	}
	names := []string{
		"token_id", "token_name", "token_kind", "token_spans_per_minute", "organization_id",
		"organization_spans_per_minute", "environment", "origin", "secret", "",
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id := New("issuer", NewHolder(&tt.token, NewOwner(&tt.organization)), tt.origin)
			listed := map[string]any{}
			for _, name := range id.GetAttributeNames() {
				listed[name] = id.GetAttribute(name)
			}
			assert.Equal(t, tt.want, listed)
			for _, name := range names {
				assert.Equal(t, tt.want[name], id.GetAttribute(name), name)
			}
			assert.Same(t, &tt.token, id.Token())
		})
	}
}

func TestHolderIsSharedButOriginsAreNot(t *testing.T) {
	h := NewHolder(&token.Token{ID: "t-1"}, NewOwner(&token.Organization{ID: "acme"}))
	a, b := New(nil, h, "https://a.example"), New(nil, h, "")
	a.GetAttributeNames()
	assert.NotContains(t, b.GetAttributeNames(), Origin)
	assert.Nil(t, b.GetAttribute(Origin))
	assert.Equal(t, "https://a.example", a.GetAttribute(Origin))
}

// A changed limit counts at once, for requests under way, too.
func TestChangedOwner(t *testing.T) {
	owner := NewOwner(&token.Organization{ID: "acme"})
	one := New(nil, NewHolder(&token.Token{ID: "t-1"}, owner), "")
	other := New(nil, NewHolder(&token.Token{ID: "t-2"}, owner), "")
	assert.NotContains(t, one.GetAttributeNames(), OrganizationSpansPerMinute)
	for _, limit := range []int64{60_000, 0} {
		owner.Change(&token.Organization{ID: "acme", SpansPerMinute: &limit})
		assert.Equal(t, limit, one.GetAttribute(OrganizationSpansPerMinute))
		assert.Equal(t, limit, other.GetAttribute(OrganizationSpansPerMinute))
	}
	owner.Change(&token.Organization{ID: "acme"})
	assert.Nil(t, other.GetAttribute(OrganizationSpansPerMinute))
}

func TestIssuedBy(t *testing.T) {
	type issuer struct{ name string }
	one, twin := &issuer{"one"}, &issuer{"one"}
	id := New(one, nil, "")
	assert.True(t, id.IssuedBy(one))
	assert.False(t, id.IssuedBy(twin))
	assert.False(t, id.IssuedBy(nil))
	assert.False(t, (*Identity)(nil).IssuedBy(one))
	assert.False(t, (*Identity)(nil).IssuedBy(nil))
}
