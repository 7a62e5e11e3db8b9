// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

//go:embed post.lua
var postLua []byte

// loadReport is what post.lua tells at the end.
type loadReport struct {
	Requests int // that were answered
	Micros   int64
	Connect  int // errors, by kind
	Read     int
	Write    int
	Timeout  int
	Status   int // above 399
}

func (r loadReport) duration() time.Duration {
	return time.Duration(r.Micros) * time.Microsecond
}

// failures is empty if there are none.
func (r loadReport) failures() string {
	if r.Connect+r.Read+r.Write+r.Timeout+r.Status == 0 {
		return ""
	}
	return fmt.Sprintf("%d connect, %d read, %d write, %d timeouts, %d answers with a status above 399",
		r.Connect, r.Read, r.Write, r.Timeout, r.Status)
}

// load has wrk post the same body for the time of a round, on every connection as soon as the last one is answered.
func (b *bench) load(ctx context.Context, c *collector, p post) (loadReport, error) {
	wrk := exec.CommandContext(ctx, "wrk",
		"--threads", "1", // enough by far, and leaves the other core alone
		"--connections", strconv.Itoa(b.connections),
		"--duration", strconv.Itoa(int(b.duration.Seconds()))+"s",
		"--timeout", "10s",
		"--script", b.script(),
		c.traces, "--", p.file, p.encoding.contentType(), secret, origin)
	said, err := wrk.CombinedOutput()
	if err != nil {
		return loadReport{}, fmt.Errorf("%w: %s", err, said)
	}
	return readReport(said)
}

func (b *bench) script() string {
	return filepath.Join(b.dir, "post.lua")
}

// readReport reads the last line; in front of it is what wrk prints itself.
func readReport(said []byte) (loadReport, error) {
	var r loadReport
	lines := bytes.Split(bytes.TrimSpace(said), []byte("\n"))
	if err := json.Unmarshal(lines[len(lines)-1], &r); err != nil {
		return r, fmt.Errorf("wrk's last line is not the report of post.lua (%w):\n%s", err, said)
	}
	return r, nil
}
