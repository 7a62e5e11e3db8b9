// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var stamped = []string{"token_id", "organization_id", "environment"}

// assertStamped checks that a resource has each stamp once, as the token says, and none that the token hasn't.
func assertStamped(t *testing.T, a arrived, want map[string]string) {
	t.Helper()
	for _, key := range stamped {
		value, there := want[key]
		if !there {
			assert.Zero(t, a.times(key), "%s was forged", key)
			continue
		}
		assert.Equal(t, 1, a.times(key), key)
		assert.Equal(t, value, a.values[key])
	}
}

// OTLP allows a key twice, which no SDK sends but anybody can.
const forgedTwice = `{"resourceSpans":[{"resource":{"attributes":[
	{"key":"token_id","value":{"stringValue":"forged"}},
	{"key":"organization_id","value":{"stringValue":"forged"}},
	{"key":"environment","value":{"stringValue":"forged"}},
	{"key":"token_id","value":{"intValue":"1"}},
	{"key":"organization_id","value":{"stringValue":"forged again"}},
	{"key":"environment","value":{"stringValue":"forged again"}}
	]},"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","name":"s"}]}]}]}`

func TestForgedAttributesAreReplaced(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, token, origin string
		want                map[string]string
	}{
		{
			"web", "secret-of-the-web-token", "http://localhost:3000",
			map[string]string{"token_id": "web", "organization_id": "acme", "environment": "production"},
		},
		{
			"token without environment", bare, "",
			map[string]string{"token_id": "bare", "organization_id": "acme"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := startCollector(t)
			for i, base := range []string{c.middleware, c.auth, c.both} {
				header := http.Header{"Content-Type": {contentJSON}, "X-Client-Token": {tt.token}}
				if tt.origin != "" {
					header.Set("Origin", tt.origin)
				}
				require.Equal(t, http.StatusOK, postBody(t, base+"/v1/traces", header, []byte(forgedTwice)).status)
				require.Len(t, c.sink.all(), i+1)
				assertStamped(t, c.sink.all()[i], tt.want)
			}
		})
	}
}
