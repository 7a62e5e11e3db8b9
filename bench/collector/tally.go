// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// A Collector that is idle uses at most a tick in a glance. When the load has ended requests are still in flight.
const (
	glance  = 100 * time.Millisecond
	glances = 50
)

// tick is the unit of CPU time in /proc: USER_HZ, 100 a second on every Linux.
const tick = time.Second / 100

// Tally is what a Collector has used and counted.
type Tally struct {
	CPU      time.Duration // user and system
	counters map[string]int
}

// tally returns what it has used and counted so far.
func (c *Collector) tally(ctx context.Context) (Tally, error) {
	cpu, err := cpuTime(c.process.Process.Pid)
	if err != nil {
		return Tally{}, fmt.Errorf("the Collector's CPU time: %w", err)
	}
	counters, err := c.counters(ctx)
	if err != nil {
		return Tally{}, fmt.Errorf("the Collector's metrics: %w", err)
	}
	return Tally{cpu, counters}, nil
}

// Observe returns what it uses and counts while something is done.
func (c *Collector) Observe(ctx context.Context, do func() error) (Tally, error) {
	before, err := c.tally(ctx)
	if err != nil {
		return Tally{}, err
	}
	if err := do(); err != nil {
		return Tally{}, err
	}
	if err := c.settle(); err != nil {
		return Tally{}, err
	}
	after, err := c.tally(ctx)
	return after.minus(before), err
}

func (c *Collector) settle() error {
	last, err := cpuTime(c.process.Process.Pid)
	for range glances {
		time.Sleep(glance)
		now, errNow := cpuTime(c.process.Process.Pid)
		if err := errors.Join(err, errNow); err != nil || now-last <= tick {
			return err
		}
		last = now
	}
	return fmt.Errorf("the Collector is still busy %s after the load has ended", glances*glance)
}

// minus returns what came after an earlier tally.
func (t Tally) minus(before Tally) Tally {
	since := Tally{t.CPU - before.CPU, map[string]int{}}
	for series, count := range t.counters {
		since.counters[series] = count - before.counters[series]
	}
	return since
}

// Sum adds up the series of a metric that have all of some labels, each given as name="value".
func (t Tally) Sum(metric string, labels ...string) int {
	sum := 0
	for series, count := range t.counters {
		name, has, _ := strings.Cut(series, "{")
		if name == metric && containsAll(has, labels) {
			sum += count
		}
	}
	return sum
}

func containsAll(text string, parts []string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}

func (c *Collector) counters(ctx context.Context) (map[string]int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.metrics, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	return readCounters(response.Body)
}

// readCounters reads the Prometheus text format. A counter is absent until it first counts.
func readCounters(metrics io.Reader) (map[string]int, error) {
	counters := map[string]int{}
	lines := bufio.NewScanner(metrics)
	for lines.Scan() {
		series, value, _ := strings.Cut(lines.Text(), "} ")
		if count, err := strconv.ParseFloat(value, 64); err == nil { // comments are not numbers
			counters[series] = int(count)
		}
	}
	return counters, lines.Err()
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
