// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package wrk posts by wrk: on every connection again as soon as the last post is answered.
package wrk

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/browser"
)

//go:embed post.lua
var postLua []byte

// Load is how much is posted.
type Load struct {
	Connections int
	Duration    time.Duration // whole seconds
	CPUs        string        // those wrk may use, as taskset takes them; empty = all
}

// Validate also looks for wrk.
func (l Load) Validate() error {
	switch {
	case l.Duration < time.Second || l.Duration%time.Second != 0:
		return errors.New("-duration must be whole seconds, at least 1s: wrk takes nothing else")
	case l.Connections < 1:
		return errors.New("-connections must be at least 1")
	}
	if _, err := exec.LookPath("wrk"); err != nil {
		return fmt.Errorf("no load generator (%w): run `apt-get install wrk`", err)
	}
	return nil
}

// Post has wrk post the same body for a while.
func (l Load) Post(ctx context.Context, url string, p browser.Post, as browser.Sender) (Report, error) {
	script := filepath.Join(filepath.Dir(p.File), "post.lua")
	if err := os.WriteFile(script, postLua, 0o600); err != nil {
		return Report{}, err
	}
	command := l.command(script, url, p, as)
	said, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput()
	if err != nil {
		return Report{}, fmt.Errorf("%w: %s", err, said)
	}
	r, err := readReport(said)
	r.connections = l.Connections
	return r, err
}

func (l Load) command(script, url string, p browser.Post, as browser.Sender) []string {
	var command []string
	if l.CPUs != "" {
		command = []string{"taskset", "--cpu-list", l.CPUs}
	}
	return append(command, "wrk",
		"--threads", "1", // enough by far, and leaves the other core alone
		"--connections", strconv.Itoa(l.Connections),
		"--duration", strconv.Itoa(int(l.Duration.Seconds()))+"s",
		"--timeout", "10s",
		"--script", script,
		url, "--", p.File, p.Encoding.ContentType(), as.Secret, as.Origin)
}

// readReport reads the last line; in front of it is what wrk prints itself.
func readReport(said []byte) (Report, error) {
	var r Report
	lines := bytes.Split(bytes.TrimSpace(said), []byte("\n"))
	if err := json.Unmarshal(lines[len(lines)-1], &r); err != nil {
		return r, fmt.Errorf("wrk's last line is not the report of post.lua (%w):\n%s", err, said)
	}
	return r, nil
}
