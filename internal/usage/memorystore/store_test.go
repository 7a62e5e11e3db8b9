// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package memorystore

import (
	"testing"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/usagetest"
)

func TestAnyHistory(t *testing.T) {
	usagetest.Check(t, func() usagetest.Open {
		var store *Store
		return func(now func() time.Time) usage.Store {
			if store == nil {
				store = New(now)
			}
			return store
		}
	})
}
