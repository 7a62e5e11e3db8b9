// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package wrk

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadReport(t *testing.T) {
	r, err := readReport([]byte("Running 2s test\n  1 threads\n" + `{"requests":12,"micros":2000000,"status":3}` + "\n"))
	require.NoError(t, err)
	assert.Equal(t, Report{Requests: 12, Micros: 2_000_000, Status: 3}, r)
	assert.InDelta(t, 6, r.PerSecond(), 0.001)

	_, err = readReport([]byte("unable to connect"))
	assert.ErrorContains(t, err, "unable to connect")
}

func TestAnswered(t *testing.T) {
	for _, test := range []struct {
		name    string
		r       Report
		refused bool
		want    string // in the error; empty = none
	}{
		{"accepted", Report{Requests: 100}, false, ""},
		{"one refused", Report{Requests: 100, Status: 1}, false, "1 of 100 answers with a status"},
		{"all refused", Report{Requests: 100, Status: 100}, true, ""},
		{"one accepted", Report{Requests: 100, Status: 99}, true, "99 of 100 answers with a status"},
		{"lost", Report{Requests: 100, Read: 1}, false, "1 read"},
		{"nothing", Report{}, false, "not one"},
	} {
		t.Run(test.name, func(t *testing.T) {
			expect(t, test.want, test.r.Answered(test.refused))
		})
	}
}

func TestSame(t *testing.T) {
	r := Report{Requests: 100, connections: 16}
	for counted, want := range map[int]string{
		99:  "99 requests",
		100: "",
		116: "", // in flight at the end
		117: "117 requests",
	} {
		expect(t, want, r.Same("the receiver accepted", counted))
	}
}

func expect(t *testing.T, want string, err error) {
	t.Helper()
	if want == "" {
		assert.NoError(t, err)
	} else {
		assert.ErrorContains(t, err, want)
	}
}
