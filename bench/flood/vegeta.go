// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/browser"
)

// attack has vegeta post at a fixed rate: each post when it is due, whether those before it have been answered or not.
type attack struct {
	vegeta   string // path
	cpus     string // as taskset takes them
	url      string
	post     browser.Post
	sender   browser.Sender
	rate     int // posts a second
	duration time.Duration
	expect   int // status
}

// latencies is what vegeta reports.
type latencies struct {
	Requests   int
	Rate       float64 // posts a second that it sent
	Throughput float64 // answers below 400 a second
	Latencies  struct {
		P50 time.Duration `json:"50th"`
		P99 time.Duration `json:"99th"`
	}
	StatusCodes map[string]int `json:"status_codes"`
	Errors      []string
}

// run posts, with files of its own beside that of the post.
func (a attack) run(ctx context.Context) (latencies, error) {
	targets := fmt.Sprintf("%s.%s.targets", a.post.File, a.sender.Secret[:4])
	results := targets + ".results"
	if err := os.WriteFile(targets, a.target(), 0o600); err != nil {
		return latencies{}, err
	}
	if _, err := output(exec.CommandContext(ctx, "taskset", "--cpu-list", a.cpus, a.vegeta, "attack",
		"-targets", targets, "-output", results, "-rate", strconv.Itoa(a.rate)+"/1s",
		"-duration", a.duration.String(), "-timeout", "10s", "-max-body", "0")); err != nil {
		return latencies{}, err
	}
	said, err := output(exec.CommandContext(ctx, a.vegeta, "report", "-type", "json", results))
	if err != nil {
		return latencies{}, err
	}
	return a.read(said)
}

// target is in vegeta's own format.
func (a attack) target() []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s %s\n", http.MethodPost, a.url)
	for name, values := range a.sender.Header(a.post.Encoding) {
		fmt.Fprintf(&text, "%s: %s\n", name, values[0])
	}
	fmt.Fprintf(&text, "@%s\n", a.post.File)
	return text.Bytes()
}

// read is an error unless all was sent in time, and answered as expected.
func (a attack) read(said []byte) (latencies, error) {
	var l latencies
	if err := json.Unmarshal(said, &l); err != nil {
		return l, fmt.Errorf("vegeta's report (%w): %s", err, said)
	}
	switch {
	case l.StatusCodes[strconv.Itoa(a.expect)] != l.Requests || l.Requests == 0:
		return l, fmt.Errorf("of %d posts all should be answered %d: %v %v", l.Requests, a.expect, l.StatusCodes, l.Errors)
	case l.Rate < 0.95*float64(a.rate):
		return l, fmt.Errorf("vegeta sent %.0f posts a second where it should send %d: are others at work here, too?",
			l.Rate, a.rate)
	}
	return l, nil
}

func output(command *exec.Cmd) ([]byte, error) {
	said, err := command.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", command, err, said)
	}
	return said, nil
}
