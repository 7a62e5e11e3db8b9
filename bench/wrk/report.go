// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package wrk

import (
	"errors"
	"fmt"
	"time"
)

// Report is what post.lua tells at the end.
type Report struct {
	Requests int // that were answered
	Micros   int64
	Connect  int // errors, by kind
	Read     int
	Write    int
	Timeout  int
	Status   int // above 399

	connections int
}

// PerSecond returns the answers a second.
func (r Report) PerSecond() float64 {
	return float64(r.Requests) / (time.Duration(r.Micros) * time.Microsecond).Seconds()
}

// Answered is an error unless everything was answered, something at all, and all of it refused or nothing.
func (r Report) Answered(refused bool) error {
	expected := 0
	if refused {
		expected = r.Requests
	}
	switch {
	case r.Connect+r.Read+r.Write+r.Timeout > 0 || r.Status != expected:
		return fmt.Errorf("wrk counted failures, so the figures would mean nothing: %d connect, %d read, %d write, "+
			"%d timeouts, %d of %d answers with a status above 399", r.Connect, r.Read, r.Write, r.Timeout, r.Status, r.Requests)
	case r.Requests == 0:
		return errors.New("not one request was answered: give it more time by -duration, or fewer -spans")
	}
	return nil
}

// Same is an error unless somebody else counted as many requests. It allows for those that were in flight when wrk stopped
// counting: at most one a connection.
func (r Report) Same(who string, counted int) error {
	if counted < r.Requests || counted > r.Requests+r.connections {
		return fmt.Errorf("%s %d requests, but wrk counts %d answers (and has up to %d in flight at the end): "+
			"look for refusals in the Collector's metrics", who, counted, r.Requests, r.connections)
	}
	return nil
}
