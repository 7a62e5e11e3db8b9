// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/browser"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/wrk"
)

func TestVerify(t *testing.T) {
	p := browser.Post{Batch: browser.Batch{Spans: 30}}
	without, with := comparisons["parts"][0], comparisons["parts"][1]
	for _, test := range []struct {
		name  string
		v     variant
		done  wrk.Report
		spent tally
		want  string // in the error; empty = none
	}{
		{"without", without, wrk.Report{Requests: 100}, tally{receivedSpans: 3000}, ""},
		{"with", with, wrk.Report{Requests: 100}, tally{0, 3000, 100, 3000}, ""},
		{"fewer than answered", without, wrk.Report{Requests: 100}, tally{receivedSpans: 2970}, "99 requests"},
		{"refusals", with, wrk.Report{Requests: 100, Status: 1}, tally{0, 3000, 100, 3000}, "answers with a status"},
		{"limiter left out", with, wrk.Report{Requests: 100}, tally{0, 3000, 100, 0}, "span_rate_limit admitted 0"},
		{"check left out", with, wrk.Report{Requests: 100}, tally{0, 3000, 0, 3000}, "client_token_auth accepted 0"},
		{"check in the wrong one", without, wrk.Report{Requests: 100}, tally{0, 3000, 100, 0}, "should be without"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := test.v.verify(p, test.done, test.spent)
			if test.want == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, test.want)
			}
		})
	}
}
