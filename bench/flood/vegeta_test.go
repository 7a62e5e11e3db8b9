// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const report = `{"latencies":{"mean":912345,"50th":512345,"99th":2512345,"max":9912345},"requests":200,"rate":100.5,` +
	`"throughput":100.1,"success":1,"status_codes":{"200":200},"errors":[]}`

func TestReadLatencies(t *testing.T) {
	a := attack{rate: 100, expect: 200}
	l, err := a.read([]byte(report))
	require.NoError(t, err)
	assert.InDelta(t, 100.1, l.throughput(), 1e-9)
	assert.InDelta(t, 0.512345, l.p50(), 1e-9)
	assert.InDelta(t, 2.512345, l.p99(), 1e-9)

	for _, test := range []struct{ replace, by, want string }{
		{`{"200":200}`, `{"200":199,"429":1}`, "of 200 posts all should be answered 200: map[200:199 429:1]"},
		{`{"200":200},"errors":[]`, `{"0":200},"errors":["EOF"]`, "[EOF]"},
		{`"requests":200`, `"requests":0`, "of 0 posts"},
		{`"rate":100.5`, `"rate":90`, "vegeta sent 90 posts a second where it should send 100"},
		{`"requests"`, `requests`, "vegeta's report"},
	} {
		_, err := a.read([]byte(strings.Replace(report, test.replace, test.by, 1)))
		assert.ErrorContains(t, err, test.want)
	}
}
