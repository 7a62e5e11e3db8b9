// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestChoose(t *testing.T) {
	letters := func() []string { return []string{"a", "b", "c"} }
	for names, expected := range map[string]string{"": "a,b,c", "c,a": "a,c", "b": "b"} {
		chosen, err := choose(letters(), names, strings.Clone)
		require.NoError(t, err)
		assert.Equal(t, expected, list(chosen, strings.Clone))
	}
	_, err := choose(letters(), "a,d", strings.Clone)
	require.EqualError(t, err, `there is no "d": choose from a,b,c`)
}
