// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What people copy must work.
func TestDocumentedConfigurationsAreValid(t *testing.T) {
	t.Parallel()
	full := fromReadme(t, "full configuration")
	assertValid(t, full)
	assertValid(t, full, fromReadme(t, "addition"))
	examples, err := filepath.Glob("../examples/*/collector.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, examples)
	for _, path := range examples {
		assertValid(t, path)
	}
}

// fromReadme returns the path of a configuration that the README calls tested.
func fromReadme(t *testing.T, name string) string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	block := regexp.MustCompile("(?s)<!-- tested: " + name + " -->\n```yaml\n(.*?)```").FindSubmatch(readme)
	require.NotNil(t, block, name)
	path := filepath.Join(t.TempDir(), "readme.yaml")
	require.NoError(t, os.WriteFile(path, block[1], 0o600))
	return path
}

func assertValid(t *testing.T, paths ...string) {
	t.Helper()
	arguments := []string{"validate"}
	for _, path := range paths {
		arguments = append(arguments, "--config", path)
	}
	said, err := exec.CommandContext(t.Context(), binary, arguments...).CombinedOutput()
	assert.NoError(t, err, "%v: %s", paths, said)
}
