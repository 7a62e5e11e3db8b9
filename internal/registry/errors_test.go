// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestErrorIsBounded(t *testing.T) {
	err := &FaultsError{Where: "tokens.yaml", Faults: make([]Fault, maxPrinted+7)}
	assert.Contains(t, err.Error(), "tokens.yaml can't be served, faults: 57\n")
	assert.True(t, strings.HasSuffix(err.Error(), "\n  and 7 more"))
	assert.Len(t, strings.Split(err.Error(), "\n"), 1+maxPrinted+1)
}

func TestErrorsSayWhatToDo(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{
			&NotFoundError{"token", "shop-web"},
			"there is no token shop-web: see `clienttokens list` and `clienttokens organization list`",
		},
		{
			&ConflictError{"token", "shop-web", ConflictChanged},
			"token shop-web was changed meanwhile: look at it and try again; nothing was written",
		},
		{
			&LostError{"redis://localhost", "revision 3 after 5"},
			"redis://localhost has lost writes of the registry: revision 3 after 5. The tokens known so far go on being " +
				"served, and nothing is written. Bring the data back, or put a backup in their place: " +
				"clienttokens import --replace BACKUP.yaml",
		},
	} {
		assert.EqualError(t, tt.err, tt.want)
	}
}
