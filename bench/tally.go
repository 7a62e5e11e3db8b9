// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of CPU time in /proc: USER_HZ, 100 a second on every Linux.
const tick = time.Second / 100

// tally is what a Collector has used and counted so far.
type tally struct {
	cpu             time.Duration
	receivedSpans   int // by the otlp receiver
	checkedRequests int // by client_token_auth, accepted
	admittedSpans   int // by span_rate_limit
}

func (t tally) minus(before tally) tally {
	return tally{
		cpu:             t.cpu - before.cpu,
		receivedSpans:   t.receivedSpans - before.receivedSpans,
		checkedRequests: t.checkedRequests - before.checkedRequests,
		admittedSpans:   t.admittedSpans - before.admittedSpans,
	}
}

func (c *collector) tally(ctx context.Context) (tally, error) {
	cpu, err := cpuTime(c.process.Process.Pid)
	if err != nil {
		return tally{}, fmt.Errorf("the Collector's CPU time: %w", err)
	}
	t, err := c.counts(ctx)
	if err != nil {
		return tally{}, fmt.Errorf("the Collector's metrics: %w", err)
	}
	t.cpu = cpu
	return t, nil
}

func (c *collector) counts(ctx context.Context) (tally, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.metrics, http.NoBody)
	if err != nil {
		return tally{}, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return tally{}, err
	}
	defer func() { _ = response.Body.Close() }()
	return readCounts(response.Body)
}

// readCounts reads the Prometheus text format. A counter is absent until it first counts.
func readCounts(metrics io.Reader) (tally, error) {
	var t tally
	lines := bufio.NewScanner(metrics)
	for lines.Scan() {
		series, value, _ := strings.Cut(lines.Text(), "} ")
		count, _ := strconv.ParseFloat(value, 64) // comments are not numbers, and no series of ours
		switch name, labels, _ := strings.Cut(series, "{"); {
		case name == "otelcol_receiver_accepted_spans":
			t.receivedSpans += int(count)
		case name == "otelcol_extension_client_token_auth_requests" && strings.Contains(labels, `outcome="accepted"`):
			t.checkedRequests += int(count)
		case name == "otelcol_processor_span_rate_limit_spans" && strings.Contains(labels, `decision="admitted"`):
			t.admittedSpans += int(count)
		}
	}
	return t, lines.Err()
}

// cpuTime returns the CPU time of a process, user and system together; see proc_pid_stat(5).
func cpuTime(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, afterName, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(afterName) // from the third on
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat has only %d fields", pid, len(fields))
	}
	user, errUser := strconv.Atoi(fields[11])
	system, errSystem := strconv.Atoi(fields[12])
	if errUser != nil || errSystem != nil {
		return 0, fmt.Errorf("/proc/%d/stat: utime %q, stime %q", pid, fields[11], fields[12])
	}
	return time.Duration(user+system) * tick, nil
}
