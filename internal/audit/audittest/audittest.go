// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package audittest tells whether an audit is the whole truth about a registry.
package audittest

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// RequireComplete does again what the audit of a store says, from an entry and the records that were there then on, and
// demands that each entry finds what it says, and that the records of the store are there in the end. It returns the
// entries.
func RequireComplete(tb testing.TB, before *registry.Contents, after audit.ID, store registry.Store) []audit.Entry {
	tb.Helper()
	entries, err := store.Audit(tb.Context(), audit.Query{After: after, OldestFirst: true})
	require.NoError(tb, err)
	c, err := store.Contents(tb.Context())
	require.NoError(tb, err)
	RequireExplained(tb, before, entries, c)
	return entries
}

// RequireExplained does the same with entries that are known already.
func RequireExplained(tb testing.TB, before *registry.Contents, entries []audit.Entry, after *registry.Contents) {
	tb.Helper()
	records := recordsOf(before)
	last := audit.ID{}
	for _, e := range entries {
		require.Equal(tb, 1, e.ID.Compare(last), "entries are in order, and each has an id of its own")
		last = e.ID
		again(tb, records, e)
	}
	require.Equal(tb, text(tb, recordsOf(after)), text(tb, records))
}

// again does what an entry says.
func again(tb testing.TB, records map[string]audit.Fields, e audit.Entry) {
	tb.Helper()
	require.Nil(tb, e.Counts, "too much was done at once to tell of each record")
	name := string(e.Kind) + " " + e.Record
	was, known := records[name]
	switch e.Action {
	case audit.Created, audit.Imported:
		require.False(tb, known, "%s was there already", name)
		records[name] = maps.Clone(e.After)
		if e.After == nil {
			records[name] = audit.Fields{} // nothing but an id
		}
		return
	case audit.Deleted:
		require.Equal(tb, text(tb, was), text(tb, e.Before), "of %s, which was deleted", name)
		delete(records, name)
		return
	}
	require.True(tb, known, "%s was not there", name)
	is := maps.Clone(was)
	for field, value := range e.Before {
		require.Equal(tb, string(was[field]), string(value), "%s of %s, before it was %s", field, name, e.Action)
		delete(is, field)
	}
	for field, value := range e.After {
		require.NotEqual(tb, string(was[field]), string(value), "%s of %s, after it was %s", field, name, e.Action)
		is[field] = value
	}
	records[name] = is
}

func recordsOf(c *registry.Contents) map[string]audit.Fields {
	records := map[string]audit.Fields{}
	for _, e := range registry.Compare(&registry.Contents{}, c) {
		records[string(e.Kind)+" "+e.Record] = e.After
	}
	return records
}

func text(tb testing.TB, value any) string {
	tb.Helper()
	text, err := json.MarshalIndent(value, "", " ")
	require.NoError(tb, err)
	return string(text)
}

// AssertTellsNo demands that a secret is in none of the texts, and neither is its digest, however it is written.
func AssertTellsNo(tb testing.TB, secret string, texts ...string) {
	tb.Helper()
	digest := token.DigestOf(secret)
	for _, written := range []string{
		secret, string(digest[:]), hex.EncodeToString(digest[:]), base64.RawStdEncoding.EncodeToString(digest[:]),
		base64.RawURLEncoding.EncodeToString(digest[:]), base64.RawStdEncoding.EncodeToString([]byte(secret)),
	} {
		for _, text := range texts {
			assert.NotContains(tb, strings.ToLower(text), strings.ToLower(written))
		}
	}
}
