// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Records come back as they were loaded, and then changed, with their revisions.
func TestServedRecords(t *testing.T) {
	contents := contentsOf(t, webToken("a", 1), webToken("b", 2))
	contents.DrawRevisions()
	r := New(nil)
	r.Loaded(contents)
	served, ok := r.Token("a")
	require.True(t, ok)
	assert.Equal(t, contents.Tokens[0], served)
	assert.ElementsMatch(t, contents.Tokens, r.Tokens("acme"))
	assert.Equal(t, contents.Organizations, r.Organizations())

	renamed, emptied := webToken("a", 1), token.Organization{ID: "acme"}
	renamed.Name = "new"
	r.Changed([]Change{
		{Token: &renamed, Revision: 7},
		DeleteToken("b", 8),
		{Organization: &emptied, Revision: 9},
		{Organization: &token.Organization{ID: "beta"}, Revision: 10},
	})
	served, ok = r.Token("a")
	require.True(t, ok)
	assert.Equal(t, Token{Token: &renamed, Revision: 7}, served)
	_, ok = r.Token("b")
	assert.False(t, ok)
	assert.Len(t, r.Tokens("acme"), 1)
	assert.Empty(t, r.Tokens("beta"))
	organization, ok := r.Organization("acme")
	require.True(t, ok)
	assert.Equal(t, Organization{&emptied, 9}, organization)
	_, ok = r.Organization("nobody")
	assert.False(t, ok)
	assert.Len(t, r.Organizations(), 2)
}
