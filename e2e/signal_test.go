// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

const meter = "secret-of-the-meter-token"

// A token writes only its signals, also where auth: alone can't see what a request writes.
func TestSignalsOfAToken(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	for _, base := range []string{c.middleware, c.auth, c.both} {
		a := post(t, base, meter, "", 1)
		assert.Equal(t, http.StatusForbidden, a.status)
		assert.Equal(t, "SIGNAL_NOT_ALLOWED", a.reason())
	}
	header := http.Header{"Content-Type": {contentJSON}, "X-Client-Token": {bare}}
	a := postBody(t, c.middleware+"/v1/metrics", header, []byte(`{}`))
	assert.Equal(t, http.StatusForbidden, a.status)
	assert.Equal(t, "SIGNAL_NOT_ALLOWED", a.reason())
	assert.Zero(t, c.sink.spans())
}
