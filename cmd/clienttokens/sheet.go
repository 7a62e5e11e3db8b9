// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import "io"

// sheet is one record: labels, and values that may take several lines.
type sheet struct {
	labels []string
	values [][]string
}

// add puts lines beside a label, unless there are none.
func (s *sheet) add(label string, lines ...string) {
	if len(lines) == 0 || len(lines) == 1 && lines[0] == "" {
		return
	}
	s.labels = append(s.labels, label)
	s.values = append(s.values, lines)
}

func (s *sheet) write(out io.Writer, width int) {
	margin := 0
	for _, label := range s.labels {
		margin = max(margin, len(label)+gap)
	}
	for i, label := range s.labels {
		for _, value := range s.values[i] {
			for _, line := range wrap(plain(value), width-margin) {
				put(out, "%s\n", padded(label, margin, false)+line)
				label = ""
			}
		}
	}
}
