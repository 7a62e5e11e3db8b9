// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package secretscanning

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const gitleaks = "../../build/tools/gitleaks"

// places are lines that client tokens usually stand in, by file.
var places = map[string]string{
	"src/client-token.js": `export const CLIENT_TOKEN = "%";`,
	"src/tracing.js":      `const exporter = new OTLPTraceExporter({ url, headers: { 'X-Client-Token': '%' } });`,
	"src/beacon.js":       `navigator.sendBeacon("https://gateway.example.com/v1/traces?client_token=%", body);`,
	"app/Main.kt":         `exporter.addHeader("X-Client-Token", "%")`,
	".env":                `OTEL_EXPORTER_OTLP_HEADERS=X-Client-Token=%`,
	"config.yaml":         `clientToken: %`,
	"send.sh":             `curl -H 'Authorization: Bearer %' https://gateway.example.com/v1/traces`,
}

// perPlace is how often each line is there: gitleaks by itself passes one random text in twenty, for a word within it.
const perPlace = 10

// finding is what gitleaks reports.
type finding struct {
	RuleID string
	File   string
	Secret string
}

// As the README says: with the file in the root, gitleaks finds keys and no client tokens.
func TestGitleaksFindsKeysAndNoTokens(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	plantTokens(t, root)
	keys := plantKeys(t, root)
	settings, err := os.ReadFile(".gitleaks.toml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(root, ".gitleaks.toml"), settings, 0o600))
	var found []string
	for _, f := range scan(t, root) {
		found = append(found, f.Secret)
	}
	assert.ElementsMatch(t, keys, found)
}

// Without the file it finds tokens in each of these places, so the test above proves something.
func TestGitleaksAloneFindsTokens(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	plantTokens(t, root)
	found := map[string]int{}
	for _, f := range scan(t, root) {
		assert.True(t, token.WellFormedSecret(f.Secret), "%+v", f)
		found[f.File]++
	}
	for file := range places {
		assert.NotZero(t, found[filepath.Join(root, file)], file)
	}
}

// plantTokens writes a file for each place.
func plantTokens(t *testing.T, root string) {
	t.Helper()
	for file, line := range places {
		var text strings.Builder
		for range perPlace {
			text.WriteString(strings.Replace(line, "%", newToken(t), 1) + "\n")
		}
		write(t, filepath.Join(root, file), text.String())
	}
}

// plantKeys writes a file of secrets that are no client tokens, though some nearly are, and returns those that gitleaks
// must report. They are made here so that this repository contains none.
func plantKeys(t *testing.T, root string) []string {
	t.Helper()
	var (
		github   = "ghp_" + digest("github")[:36]
		imported = digest("a token of another product")
		short    = "ct" + digest("short")[:61]
		long     = "ct" + digest("long")[:63]
		within   = "ct" + digest("within")[:62] + "-" + digest("key")[:16]
		allowed  = digest("an imported token that is known to be public")
	)
	write(t, filepath.Join(root, "keys.js"), `
const githubToken = "`+github+`";
const importedToken = "`+imported+`";
const apiKey = "`+short+`", clientToken = "`+newToken(t)+`";
const secretKey = "`+long+`";
const accessKey = "`+within+`";
const publicToken = "`+allowed+`"; // gitleaks:allow
`)
	return []string{github, imported, short, long, within}
}

// scan runs gitleaks in a folder, with the settings it finds there.
func scan(t *testing.T, root string) []finding {
	t.Helper()
	require.FileExists(t, gitleaks, "build it: make build/tools/gitleaks")
	report := filepath.Join(t.TempDir(), "report.json")
	command := exec.CommandContext(t.Context(), gitleaks, "dir", root, "--no-banner", "--exit-code=0",
		"--report-format=json", "--report-path="+report)
	command.Env = []string{} // GITLEAKS_CONFIG would take the place of the file
	said, err := command.CombinedOutput()
	require.NoError(t, err, "%s", said)
	text, err := os.ReadFile(report)
	require.NoError(t, err)
	var findings []finding
	require.NoError(t, json.Unmarshal(text, &findings))
	return findings
}

func newToken(t *testing.T) string {
	t.Helper()
	secret, err := token.NewSecret(rand.Reader)
	require.NoError(t, err)
	return secret
}

// digest is 64 hexadecimal digits that look random and are the same in every run.
func digest(of string) string {
	sum := sha256.Sum256([]byte(of))
	return hex.EncodeToString(sum[:])
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}
