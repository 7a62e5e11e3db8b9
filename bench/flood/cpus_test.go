// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHalves(t *testing.T) {
	for list, want := range map[string][2]string{
		"3":       {"3", "3"},
		"0-1":     {"0", "1"},
		"0,2":     {"0", "2"},
		"0-2":     {"0,1", "2"},
		"1-2,8-9": {"1,2", "8,9"},
	} {
		first, second, err := halves(list)
		require.NoError(t, err)
		assert.Equal(t, want, [2]string{first, second}, list)
	}
	for _, list := range []string{"", "0-", "a", "0,,1"} {
		_, _, err := halves(list)
		assert.ErrorContains(t, err, "no list of CPUs", list)
	}
}
