// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisconn

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

const patience = 20 * time.Second // how long what should happen at once may take on a busy machine

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// endsClean is called first in a test. After all else has ended, no goroutine is left but for go-redis' last dial.
func endsClean(t *testing.T) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() {
		err := goleak.Find(before)
		for deadline := time.Now().Add(patience); err != nil && time.Now().Before(deadline); {
			err = goleak.Find(before)
		}
		require.NoError(t, err)
	})
}
