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
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	block := regexp.MustCompile("(?s)<!-- tested: full configuration -->\n```yaml\n(.*?)```").FindSubmatch(readme)
	require.NotNil(t, block)
	fromReadme := filepath.Join(t.TempDir(), "readme.yaml")
	require.NoError(t, os.WriteFile(fromReadme, block[1], 0o600))
	examples, err := filepath.Glob("../examples/*/collector.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, examples)
	for _, path := range append(examples, fromReadme) {
		said, err := exec.CommandContext(t.Context(), binary, "validate", "--config", path).CombinedOutput()
		assert.NoError(t, err, "%s: %s", path, said)
	}
}
