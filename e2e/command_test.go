// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// command is clienttokens, as people get it, on one registry.
type command struct {
	t    *testing.T
	flag string // where the registry is
}

func onRedis(t *testing.T, address string) command {
	t.Helper()
	return command{t, "--redis=redis://" + address + "?timeout=10s"}
}

func onFile(t *testing.T, path string) command {
	t.Helper()
	return command{t, "--file=" + path}
}

// must runs the command, and returns what it prints.
func (c command) must(arguments ...string) string {
	c.t.Helper()
	output, err := c.run(arguments...)
	require.NoError(c.t, err, "clienttokens %s: %s", strings.Join(arguments, " "), output)
	return output
}

func (c command) run(arguments ...string) (string, error) {
	c.t.Helper()
	require.FileExists(c.t, "../build/clienttokens", "build the command first: make build")
	arguments = append([]string{c.flag, "--timeout=1m"}, arguments...)
	run := exec.CommandContext(c.t.Context(), "../build/clienttokens", arguments...)
	run.Env = append(os.Environ(), "CLIENTTOKENS_FILE=", "CLIENTTOKENS_REDIS=")
	output, err := run.CombinedOutput()
	return string(output), err
}

// secretOf creates or rotates a token, and returns its secret.
func (c command) secretOf(arguments ...string) string {
	c.t.Helper()
	var record struct {
		Secret string `json:"secret"`
	}
	require.NoError(c.t, json.Unmarshal([]byte(c.must(append(arguments, "-o", "json")...)), &record))
	require.Len(c.t, record.Secret, 64)
	return record.Secret
}
