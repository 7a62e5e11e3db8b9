// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/collector"
)

// tally is what a Collector has used and counted in a round.
type tally struct {
	cpu             time.Duration
	receivedSpans   int // by the otlp receiver
	checkedRequests int // by client_token_auth, accepted
	admittedSpans   int // by span_rate_limit
}

func newTally(t collector.Tally) tally {
	return tally{
		cpu:             t.CPU,
		receivedSpans:   t.Sum("otelcol_receiver_accepted_spans"),
		checkedRequests: t.Sum("otelcol_extension_client_token_auth_requests", `outcome="accepted"`),
		admittedSpans:   t.Sum("otelcol_processor_span_rate_limit_spans", `decision="admitted"`),
	}
}
