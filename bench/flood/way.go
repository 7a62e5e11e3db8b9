// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/browser"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/collector"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/wrk"
)

// way is one in which posts end.
type way struct {
	name   string
	sender browser.Sender
	spend  int // spans of each post by which the sender first uses its limit up; 0 = it needn't

	counted string // by whom
	count   func(collector.Tally) int
}

// ways are compared with the first one.
var ways = []way{
	{"200: accepted", shop, 0, "span_rate_limit admitted", admittedBatches},
	{"401: unknown token", stranger, 0, "client_token_auth refused", outcome("unknown")},
	{"429: limit used up, shed unread", spent, 1, "client_token_auth shed", outcome("shed")},
	{"429: some of the limit left, refused by the processor", nearlySpent, 30, "span_rate_limit refused", refusedBatches},
}

func admittedBatches(t collector.Tally) int {
	return t.Sum("otelcol_processor_span_rate_limit_requests", `decision="admitted"`)
}

func refusedBatches(t collector.Tally) int {
	return t.Sum("otelcol_processor_span_rate_limit_requests", `decision="refused"`, `scope="token"`)
}

func outcome(label string) func(collector.Tally) int {
	return func(t collector.Tally) int {
		return t.Sum("otelcol_extension_client_token_auth_requests", `outcome="`+label+`"`)
	}
}

func (w way) refused() bool {
	return w.sender != shop
}

// verify makes sure that all posts ended in this way, and returns how many.
func (w way) verify(done wrk.Report, spent collector.Tally) (int, error) {
	if err := done.Answered(w.refused()); err != nil {
		return 0, err
	}
	counted := w.count(spent)
	return counted, done.Same(w.counted, counted)
}
