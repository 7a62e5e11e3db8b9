// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/browser"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/wrk"
)

// verify makes sure that the figures are about what they say: that every request the load generator counts was
// answered 2xx and got as far as the Collector says, and that our two parts saw all of them, or none.
func (v variant) verify(p browser.Post, done wrk.Report, spent tally) error {
	if err := done.Answered(false); err != nil {
		return err
	}
	if err := done.Same("the receiver accepted", spent.receivedSpans/p.Spans); err != nil {
		return err
	}
	if !v.guarded() {
		return nobodySaw(spent)
	}
	if spent.admittedSpans != spent.receivedSpans {
		return fmt.Errorf("span_rate_limit admitted %d spans, but the receiver accepted %d: it must be in the pipeline, "+
			"and its limits out of reach", spent.admittedSpans, spent.receivedSpans)
	}
	return done.Same("client_token_auth accepted", spent.checkedRequests)
}

func nobodySaw(spent tally) error {
	if spent.checkedRequests != 0 || spent.admittedSpans != 0 {
		return errors.New("our parts are in the Collector that should be without them: see variant.go")
	}
	return nil
}
