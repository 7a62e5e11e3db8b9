// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// commands are how many Redis has run, and how long it took to run them: without reading them, and without writing the
// replies.
type commands struct {
	calls int64
	spent time.Duration
}

// sumCommands sums up the named lines of INFO commandstats, such as
// "cmdstat_evalsha:calls=2,usec=31,usec_per_call=15.50,rejected_calls=0,failed_calls=0". What a script runs has lines of
// its own, but its time is in the script's, too: so only what clients send may be named.
func sumCommands(stats string, names []string) (commands, error) {
	var sum commands
	for _, name := range names {
		_, line, found := strings.Cut(stats, "cmdstat_"+name+":")
		if !found {
			continue // never run
		}
		line, _, _ = strings.Cut(line, "\r\n")
		calls, err := field(line, "calls")
		if err != nil {
			return sum, err
		}
		microseconds, err := field(line, "usec")
		if err != nil {
			return sum, err
		}
		sum.calls += int64(calls)
		sum.spent += time.Duration(microseconds) * time.Microsecond
	}
	return sum, nil
}

// cpuTime sums up what INFO cpu says of the server's threads.
func cpuTime(stats string) (time.Duration, error) {
	var sum time.Duration
	for _, name := range []string{"used_cpu_user", "used_cpu_sys"} {
		_, value, found := strings.Cut(stats, name+":")
		value, _, _ = strings.Cut(value, "\r\n")
		seconds, err := strconv.ParseFloat(value, 64)
		if !found || err != nil {
			return 0, fmt.Errorf("INFO cpu has no number for %s: is this Redis 7?", name)
		}
		sum += time.Duration(seconds * float64(time.Second))
	}
	return sum, nil
}

// field returns the value of a name in "a=1,b=2".
func field(line, name string) (float64, error) {
	for pair := range strings.SplitSeq(line, ",") {
		if key, value, _ := strings.Cut(pair, "="); key == name {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("INFO commandstats has no %s in %q: is this Redis 7?", name, line)
}
