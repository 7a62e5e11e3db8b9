// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// What others write while a large write is staged is not lost: all is looked at again.
func TestLargeWriteLosesNothing(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0), tokenOf("b", 5, 0))
	other := r.before("evalsha", 1, func() { r.must(tokenOf("a", 9, 1), registry.DeleteToken("b", 1)) })
	require.NoError(t, other.Write(t.Context(), audit.Act{}, manyTokens(maxChanges+1, "n")...))
	got, err := contentsOf(t.Context(), r.Store)
	require.NoError(t, err)
	assert.Contains(t, got, "token a 9@2")
	assert.NotContains(t, got, "token b ")
	assert.Empty(t, r.redis("KEYS", "*staging*"), "what was staged in vain is gone")
}

func TestLargeWriteToAFencedRegistry(t *testing.T) {
	r, old := newWorld(t)
	r.bring(old)
	r.tail.state = away
	r.step()
	require.ErrorAs(t, r.Write(t.Context(), audit.Act{}, manyTokens(maxChanges+1, "n")...), new(*registry.LostError))
}

// What was staged ends by itself, and what has taken its place must not.
func TestReplacedRecordsStay(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0))
	c, err := r.Contents(t.Context())
	require.NoError(t, err)
	require.NoError(t, r.Replace(t.Context(), audit.Act{}, c))
	for _, key := range r.keys.all() {
		assert.EqualValues(t, -1, r.redis("PTTL", key), key)
	}
}

// A token that comes between the look at all tokens and the end of its organization keeps that from ending.
func TestTokenComesBeforeItsOrganizationEnds(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0))
	other := r.before("evalsha", 1, func() { r.must(tokenOf("a", 5, 0)) })
	err := other.Write(t.Context(), audit.Act{}, registry.DeleteOrganization("acme", 1))
	require.ErrorAs(t, err, new(*registry.FaultsError))
	_, err = r.Organization(t.Context(), "acme")
	require.NoError(t, err)
}

// A collector must take an organization before its tokens, and end it after them.
func TestOrderOfChanges(t *testing.T) {
	text, err := encode(record("a", 1))
	require.NoError(t, err)
	for range 20 {
		changes, err := changesOf(redis.XMessage{ID: "1-0", Values: map[string]any{
			"revision": "1", "token:a": `{"revision":1,` + text[1:],
			"organization:acme": `{"revision":1,"id":"acme"}`, "organization:old": "", "token:z": "",
		}})
		require.NoError(t, err)
		require.Len(t, changes, 4)
		assert.Equal(t, "organization acme", changes[0].String())
		assert.Equal(t, "organization old", changes[3].String())
	}
}
