// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// share splits the CPUs that this process may use: the first half, or one more, for the Collector, the rest for those who
// post. A single one they share.
func share() (collector, generators string, err error) {
	status, err := os.Open("/proc/self/status")
	if err != nil {
		return "", "", err
	}
	defer func() { _ = status.Close() }()
	lines := bufio.NewScanner(status)
	for lines.Scan() {
		if list, found := strings.CutPrefix(lines.Text(), "Cpus_allowed_list:"); found {
			return halves(strings.TrimSpace(list))
		}
	}
	return "", "", fmt.Errorf("/proc/self/status has no Cpus_allowed_list: %w", lines.Err())
}

// halves takes and returns lists such as 0-3,8.
func halves(list string) (first, second string, err error) {
	var cpus []string
	for part := range strings.SplitSeq(list, ",") {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		low, errLow := strconv.Atoi(from)
		high, errHigh := strconv.Atoi(to)
		if errLow != nil || errHigh != nil {
			return "", "", fmt.Errorf("%q is no list of CPUs", list)
		}
		for cpu := low; cpu <= high; cpu++ {
			cpus = append(cpus, strconv.Itoa(cpu))
		}
	}
	if len(cpus) == 1 {
		return list, list, nil
	}
	half := (len(cpus) + 1) / 2
	return strings.Join(cpus[:half], ","), strings.Join(cpus[half:], ","), nil
}
