// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// The example of the documentation is as Encode writes it.
func TestEncodedExample(t *testing.T) {
	encoded, err := Encode(mustParse(t, []byte(example)))
	require.NoError(t, err)
	assert.Equal(t, example[1:], string(encoded))
}

func TestEncodedNothing(t *testing.T) {
	encoded, err := Encode(&registry.Contents{})
	require.NoError(t, err)
	assert.Equal(t, "tokens: []\n", string(encoded))
	mustParse(t, encoded)
}

// A plain secret is not written, and neither is the placeholder that it is printed as.
func TestEncodedSecret(t *testing.T) {
	record := webToken("a")
	record.Secret = token.Plaintext(secretOf(1))
	encoded, err := Encode(&registry.Contents{Tokens: []registry.Token{{Token: &record}}})
	require.NoError(t, err)
	assert.Equal(t, withDigests("tokens:\n"+strings.NewReplacer("id: c", "id: a", "D3", "D1").Replace(shortC)), string(encoded))
	assert.NotEmpty(t, record.Secret, "a record is not changed by looking at it")
}

// What is encoded reads as what it was, and is encoded in the same way again.
func TestEncodedRecordsReadTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want, findings := registry.CheckAll(newGenerator(rt).records())
		require.Empty(rt, texts(findings.Faults))
		encoded, err := Encode(want)
		require.NoError(rt, err)
		got, faults := Parse(encoded)
		require.Empty(rt, texts(faults), string(encoded))
		require.Equal(rt, meanings(want), meanings(got))
		again, err := Encode(got)
		require.NoError(rt, err)
		require.Equal(rt, string(encoded), string(again))
	})
}

func meanings(c *registry.Contents) []string {
	var all []string
	for _, o := range c.Organizations {
		all = append(all, meaning(o.Organization))
	}
	for _, t := range c.Tokens {
		all = append(all, meaning(t.Token))
	}
	return all
}
