// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// The file of the README: the example in the design, by the letter.
const example = `
organizations:
  - id: acme
    name: Acme Inc.
    spans_per_minute: 60000
tokens:
  - id: shop-web
    organization: acme
    name: Production shop
    kind: web
    environment: production
    allowed_origins: ["https://shop.example.com", "https://*.shop.example.com"]
    spans_per_minute: 6000
    secrets:
      - sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
`

func TestExample(t *testing.T) {
	contents := mustParse(t, []byte(example))
	require.Len(t, contents.Tokens, 1)
	grant, ok := serving(contents).Lookup(token.DigestOf("test"))
	require.True(t, ok)
	assert.Same(t, contents.Tokens[0].Token, grant.Token)
	assert.Empty(t, contents.Warnings)
	attributes := map[string]any{}
	id := identity.New(nil, grant.Holder, "")
	for _, name := range id.GetAttributeNames() {
		attributes[name] = id.GetAttribute(name)
	}
	assert.Equal(t, map[string]any{
		"token_id": "shop-web", "token_name": "Production shop", "token_kind": "web", "organization_id": "acme",
		"environment": "production", "token_spans_per_minute": int64(6000), "organization_spans_per_minute": int64(60000),
	}, attributes)
}

func TestTokensKeepTheirOrder(t *testing.T) {
	for i, record := range mustParse(t, world(100)).Tokens {
		assert.Equal(t, fmt.Sprintf("shop-%d", i), record.ID)
	}
}

func TestDerivedIDIsStable(t *testing.T) {
	plain := acme + "tokens:\n  - {organization: acme, kind: web, secret: " + secretOf(0) + "}\n"
	id := tokenOf(t, plain).ID
	assert.Equal(t, token.DerivedID(digestOf(0)), id)
	assert.Equal(t, id, tokenOf(t, tokenWith("memo: the same secret by its digest, another line")).ID)
	rotated := fmt.Sprintf("secrets: [{sha256: %s}, {sha256: %s}]", digestOf(0), digestOf(1))
	assert.Equal(t, id, tokenOf(t, acme+"tokens:\n  - {organization: acme, kind: web, "+rotated+"}\n").ID)
}

// tokenOf returns the only token of a file.
func tokenOf(t *testing.T, content string) *token.Token {
	t.Helper()
	contents := mustParse(t, []byte(content))
	require.Len(t, contents.Tokens, 1)
	return contents.Tokens[0].Token
}

// twins is a file of tokens that differ only as their lines do; each starts in a line of its own from line 5 on.
func twins(lines ...string) string {
	content := acme + "tokens:\n"
	for _, l := range lines {
		content += "  - {organization: acme, kind: web, " + l + "}\n"
	}
	return content
}

func TestDuplicates(t *testing.T) {
	const ownSecret, ownID = ": give each token its own secret", ": give each token its own id"
	byDigest := fmt.Sprintf("secrets: [{sha256: %s}]", digestOf(0))
	tests := []struct {
		name, content string
		want          []string
	}{
		{
			"plain secret", twins("secret: "+secretOf(0), "id: a, secret: "+secretOf(1), "id: b, secret: "+secretOf(0)),
			[]string{"line 7: tokens[2].secret: tokens[0] has the same secret" + ownSecret},
		},
		{
			"plain and digest", twins("id: a, secret: "+secretOf(0), "id: b, "+byDigest),
			[]string{"line 6: tokens[1].secrets[0]: tokens[0] has the same secret" + ownSecret},
		},
		{
			"both without id", twins(byDigest, byDigest),
			[]string{
				"line 6: tokens[1].secrets[0]: tokens[0] has the same secret" + ownSecret,
				"line 6: tokens[1].id: tokens[0] has the same id" + ownID,
			},
		},
		{
			"another token has faults",
			twins("id: a, "+byDigest, "id: 'a b', secret: "+secretOf(1), "id: c, "+byDigest),
			[]string{
				"line 6: tokens[1].id: is not a valid id: write 1 to 63 of a-z, 0-9, '.', '_' and '-', " +
					"a letter or digit first, or drop the key to get one",
				"line 7: tokens[2].secrets[0]: tokens[0] has the same secret" + ownSecret,
			},
		},
		{
			"ids", twins("id: a, secret: "+secretOf(0), "id: a, secret: "+secretOf(1), "id: a, secret: "+secretOf(2)),
			[]string{
				"line 6: tokens[1].id: tokens[0] has the same id" + ownID,
				"line 7: tokens[2].id: tokens[0] has the same id" + ownID,
			},
		},
		{
			"given and derived id",
			twins("id: "+token.DerivedID(digestOf(1))+", secret: "+secretOf(0), "secret: "+secretOf(1)),
			[]string{"line 6: tokens[1].id: tokens[0] has the same id" + ownID},
		},
		{
			"organizations", "organizations: [{id: a}, {id: a}]\ntokens: []\n",
			[]string{"line 1: organizations[1].id: organizations[0] has the same id: give each its own"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, texts(faultsOf(tt.content)))
		})
	}
}

func TestSecretAndSecrets(t *testing.T) {
	assert.Equal(t, []string{
		"line 9: tokens[0].secret: is there together with secrets: keep one of the two; secret is for demos and tests",
	}, texts(faultsOf(tokenWith("secret: "+secretOf(1)))))
}

func TestUnknownOrganization(t *testing.T) {
	content := "tokens:\n  - {organization: acme, kind: web, secret: " + secretOf(0) + "}\n"
	assert.Equal(t, []string{
		"line 2: tokens[0].organization: there is no organization with this id: " +
			"add it under organizations:, or correct the id",
	}, texts(faultsOf(content)))
}
