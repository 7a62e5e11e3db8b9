// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// No two tokens have one secret, whoever writes them, and in whatever order.
func TestSecretOfAnother(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0))
	taken := "token a has the same secret"
	require.ErrorContains(t, r.Write(t.Context(), audit.Act{}, withSecret(tokenOf("b", 5, 0), "secret of a")), taken)
	require.ErrorContains(t, r.Write(t.Context(), audit.Act{},
		tokenOf("c", 5, 0), withSecret(tokenOf("d", 5, 0), "secret of c")), "token c has the same secret")
	r.must(withSecret(tokenOf("a", 5, 1), "another one"), withSecret(tokenOf("b", 5, 0), "secret of a")) // it moves
	require.ErrorContains(t, r.Write(t.Context(), audit.Act{}, tokenOf("a", 5, 2)), "token b has the same secret")
	r.must(registry.DeleteToken("b", 2), tokenOf("a", 5, 2))
	backup, err := r.Contents(t.Context())
	require.NoError(t, err)
	require.NoError(t, r.Replace(t.Context(), audit.Act{}, backup))
	require.ErrorContains(t, r.Write(t.Context(), audit.Act{}, withSecret(tokenOf("b", 5, 0), "secret of a")), taken)
	r.must(registry.DeleteToken("a", r.revision("a")), withSecret(tokenOf("b", 5, 0), "secret of a"))
	assert.Contains(t, r.step(), "token b")
	r.must(registry.DeleteToken("b", r.revision("b")))
	assert.EqualValues(t, 0, r.redis("HLEN", r.keys.secrets), "nothing is left of a token that is deleted")
	r.must(withSecret(tokenOf("c", 5, 0), "secret of a"))
}

func withSecret(c registry.Change, secret string) registry.Change {
	c.Token.Secrets[0].SHA256 = token.DigestOf(secret)
	return c
}

// A record that could not be served, and is repaired, is no sign of a loss.
func TestRepairedRecord(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0), tokenOf("b", 5, 0))
	good := r.redis("HGET", r.keys.tokens, "a").(string)
	r.redis("HSET", r.keys.tokens, "a", "not JSON")
	r.step()
	r.redis("HSET", r.keys.tokens, "a", good)
	r.must(organization("x", 1, 0))
	r.redis("XTRIM", r.keys.changes, "MAXLEN", 0)
	r.step()
	assert.Empty(t, r.mirror.failed())
	assert.NoError(t, r.Write(t.Context(), audit.Act{}, organization("other", 1, 0)), "healthy")
}

// Nor are the tokens of an organization that is mended, which are known again at once.
func TestMendedOrganization(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0))
	r.redis("HSET", r.keys.organizations, "acme", `{"revision":1,"id":"acme","spans_per_minute":-5}`)
	r.step()
	r.must(organization("acme", 60, 1))
	assert.Contains(t, r.step(), "token a")
	r.must(organization("x", 1, 0))
	r.redis("XTRIM", r.keys.changes, "MAXLEN", 0)
	r.step()
	assert.Empty(t, r.mirror.failed())
	assert.NoError(t, r.Write(t.Context(), audit.Act{}, organization("other", 1, 0)), "healthy")
}

// An id is what a record is known by.
func TestMissingID(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0))
	c := tokenOf("", 1, 0)
	c.Token.AllowedOrigins = nil
	require.ErrorAs(t, r.Write(t.Context(), audit.Act{}, c), new(*registry.FaultsError))
}

// Records of contents are shared: a write leaves them as they are.
func TestWriteLeavesItsRecord(t *testing.T) {
	r := newRig(t)
	c := tokenOf("a", 5, 0)
	c.Token.Secrets, c.Token.Secret = nil, "a-secret-in-clear-0123"
	before := *c.Token
	r.must(organization("acme", 60, 0), c)
	assert.Equal(t, before, *c.Token)
	stored, err := r.Token(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, token.DigestOf("a-secret-in-clear-0123"), stored.Secrets[0].SHA256)
}
