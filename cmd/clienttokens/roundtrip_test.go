// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A registry goes from a file to Redis and back, and is the same.
func TestRoundTrip(t *testing.T) {
	file := newRig(t, "file")
	file.must(t, "clienttokens import testdata/import/mackerel.yaml")
	file.must(t, "clienttokens create --organization acme --id shop --kind web "+
		"--origin https://例え.jp --name 'Shop: \"A\"' --memo 'yes' --spans-per-minute 0 --client-spans-per-minute 7 "+
		"--signal traces --signal logs --origin-mode report --environment 1.0 --expires-in 90d")
	file.must(t, "clienttokens rotate shop --grace 2d")
	file.must(t, "clienttokens disable mackerel")
	for _, format := range []string{"yaml", "json"} {
		t.Run(format, func(t *testing.T) {
			want := file.must(t, "clienttokens export -o "+format)
			redis := newRig(t, "redis")
			redis.in = strings.NewReader(want)
			redis.must(t, "clienttokens import -")
			got := redis.must(t, "clienttokens export -o "+format)
			assert.Equal(t, want, got)
			again := newRig(t, "file")
			again.in = strings.NewReader(got)
			again.must(t, "clienttokens import --replace -")
			assert.Equal(t, want, again.must(t, "clienttokens export -o "+format))
			assert.Equal(t, file.must(t, "clienttokens show shop"), again.must(t, "clienttokens show shop"))
		})
	}
}
