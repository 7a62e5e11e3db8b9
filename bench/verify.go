// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
)

// verify makes sure that the figures are about what they say: that every request the load generator counts was
// answered 2xx and got as far as the Collector says, and that our two parts saw all of them, or none.
func (b *bench) verify(v variant, p post, done loadReport, spent tally) error {
	if failed := done.failures(); failed != "" {
		return fmt.Errorf("wrk counted failures, so the figures would mean nothing: %s", failed)
	}
	if done.Requests == 0 {
		return errors.New("not one request was answered: give it more time by -duration, or fewer -spans")
	}
	received := spent.receivedSpans / p.spans
	if err := b.sameCount("the receiver accepted", received, done.Requests); err != nil {
		return err
	}
	if !v.guarded() {
		return nobodySaw(spent)
	}
	if spent.admittedSpans != spent.receivedSpans {
		return fmt.Errorf("span_rate_limit admitted %d spans, but the receiver accepted %d: it must be in the pipeline, "+
			"and its limits out of reach", spent.admittedSpans, spent.receivedSpans)
	}
	return b.sameCount("client_token_auth accepted", spent.checkedRequests, done.Requests)
}

// sameCount allows for the requests that were in flight when wrk stopped counting: at most one a connection.
func (b *bench) sameCount(who string, counted, answered int) error {
	if counted < answered || counted > answered+b.connections {
		return fmt.Errorf("%s %d requests, but wrk counts %d answers (and has up to %d in flight at the end): "+
			"look for refusals in the Collector's metrics", who, counted, answered, b.connections)
	}
	return nil
}

func nobodySaw(spent tally) error {
	if spent.checkedRequests != 0 || spent.admittedSpans != 0 {
		return errors.New("our parts are in the Collector that should be without them: see variant.go")
	}
	return nil
}
