// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
)

func listOf(ids ...string) []keyed[string] {
	var list []keyed[string]
	for _, id := range ids {
		list = append(list, keyed[string]{place("", id), id})
	}
	return list
}

// pages reads a list to its end, page by page; between the pages somebody else changes it.
func pages(t *testing.T, descending bool, list, afterwards []keyed[string]) []string {
	t.Helper()
	var all []string
	p := Paging{Limit: 2}
	for {
		page, err := paginate(slices.Clone(list), p, descending)
		require.NoError(t, err)
		assert.Equal(t, len(list), page.Total)
		assert.LessOrEqual(t, len(page.Items), 2)
		all = append(all, page.Items...)
		if page.Next == "" {
			return all
		}
		p.After, list = page.Next, afterwards
	}
}

func TestPages(t *testing.T) {
	five := listOf("d", "a", "e", "c", "b")
	tests := []struct {
		name       string
		descending bool
		list, then []keyed[string]
		want       []string
	}{
		{"all", false, five, five, []string{"a", "b", "c", "d", "e"}},
		{"descending", true, five, five, []string{"e", "d", "c", "b", "a"}},
		{"one page, full", false, listOf("b", "a"), nil, []string{"a", "b"}},
		{"none", false, nil, nil, nil},
		{"the last of a page has gone", false, five, listOf("a", "c", "d"), []string{"a", "b", "c", "d"}},
		{
			"one has come in front, one behind", false, five, append(listOf("0", "bb"), five...),
			[]string{"a", "b", "bb", "c", "d", "e"},
		},
		{"descending, the last has gone", true, five, listOf("a", "c"), []string{"e", "d", "c", "a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, pages(t, tt.descending, tt.list, tt.then))
		})
	}
}

func TestPagingFaults(t *testing.T) {
	for field, p := range map[string]Paging{"limit": {Limit: MaxPage + 1}, "after": {After: "?"}} {
		_, err := paginate(listOf("a"), p, false)
		var invalid *lifecycle.InvalidError
		require.ErrorAs(t, err, &invalid)
		assert.Equal(t, field, invalid.Faults[0].Field)
	}
}
