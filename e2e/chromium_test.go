// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// journey is what came of the steps that Chromium was asked to take, and what its network saw.
type journey struct {
	Results  []json.RawMessage `json:"results"`
	Requests []browserRequest  `json:"requests"`
}

type browserRequest struct {
	Method          string            `json:"method"`
	Preflight       bool              `json:"preflight"`
	Status          *int              `json:"status"`
	RequestHeaders  map[string]string `json:"requestHeaders"`
	ResponseHeaders map[string]string `json:"responseHeaders"`
}

// leave is a step that leaves the page at hand: for another one in the same tab, or by closing the tab and opening another.
type leave struct {
	Goto string `json:"goto,omitempty"`
	Open string `json:"open,omitempty"`
}

// travel opens a page in Chromium and takes the steps, which are expressions or leaves. Requests to addresses that begin
// with watch are recorded.
func travel(t *testing.T, url, watch string, steps ...any) journey {
	t.Helper()
	scenario, err := json.Marshal(map[string]any{
		"url": url, "steps": steps, "watch": []string{watch}, "deadlineMillis": 300_000,
	})
	require.NoError(t, err)
	driver := exec.CommandContext(t.Context(), "node", "browser/drive.mjs", string(scenario))
	driver.Stderr = os.Stderr
	output, err := driver.Output()
	require.NoError(t, err, "%s", output)
	var j journey
	require.NoError(t, json.Unmarshal(output, &j))
	return j
}

// result returns what a step, counted from 0, evaluated to.
func result[T any](t *testing.T, j journey, step int) T {
	t.Helper()
	var value T
	require.NoError(t, json.Unmarshal(j.Results[step], &value))
	return value
}
