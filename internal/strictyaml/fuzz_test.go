// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// planted could be a secret.
const planted = "planted9secret7planted9secret7"

// FuzzDecode: no content makes the decoder panic, hang or repeat a value.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"PLANTED", "- PLANTED", "books: [PLANTED: {kind: novel}]", "books: [{lost: PLANTED, due_at: PLANTED, copies: PLANTED}]",
		"books: [{editions: [{isbn: PLANTED}]}]", "books: [{title: !PLANTED a, memo: *PLANTED}]", "owner: 'PLANTED",
		"&PLANTED {books: [*PLANTED], <<: *PLANTED}", "books: [&a {<<: *a}]", "books: [{<<: [&a {id: a, <<: *a}, *a]}]",
		"books: [&a {? *a : *a}]", "books: []\n---\nPLANTED", "%PLANTED\n---\nbooks: []",
	} {
		f.Add([]byte(strings.ReplaceAll(seed, "PLANTED", planted)))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		doc := Decode(content, &library{}, words)
		for _, fault := range doc.Faults {
			require.LessOrEqual(t, fault.Line, len(content)+1)
			require.Less(t, len(fault.String()), 600)
			require.NotEmpty(t, fault.Fix)
			require.NotContains(t, strings.ToLower(fault.String()), planted)
		}
		doc.LineOf("books[0].editions[0].isbn")
	})
}
