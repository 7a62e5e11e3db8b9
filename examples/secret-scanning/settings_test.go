// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package secretscanning

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// gitguardian has the keys of ggshield's settings that we use.
type gitguardian struct {
	Version int
	Secret  struct {
		IgnoredMatches []struct{ Name, Match string } `yaml:"ignored_matches"`
		IgnoredPaths   []string                       `yaml:"ignored_paths"`
	}
}

// github is all that secret_scanning.yml can have.
type github struct {
	PathsIgnore []string `yaml:"paths-ignore"`
}

// semgrep has the keys of its rules that we use.
type semgrep struct {
	Rules []struct {
		ID, Severity, Message string
		Languages             []string
		Metadata              map[string]string
		Patterns              []struct {
			Regex    string            `yaml:"pattern-regex"`
			NotRegex string            `yaml:"pattern-not-regex"`
			Analysis map[string]string `yaml:"metavariable-analysis"`
		}
	}
}

func TestSettingsOfGitGuardianAndGitHub(t *testing.T) {
	t.Parallel()
	var guardian gitguardian
	decode(t, ".gitguardian.yaml", &guardian)
	assert.Equal(t, 2, guardian.Version)
	require.Len(t, guardian.Secret.IgnoredMatches, 1)
	assert.NotEmpty(t, guardian.Secret.IgnoredMatches[0].Name)
	assert.NotEmpty(t, guardian.Secret.IgnoredMatches[0].Match)
	assert.Contains(t, places, guardian.Secret.IgnoredPaths[0])
	var hub github
	decode(t, ".github/secret_scanning.yml", &hub)
	assert.Equal(t, guardian.Secret.IgnoredPaths, hub.PathsIgnore)
}

// What semgrep does with this rule, but for the entropy: it finds keys, and no client tokens.
func TestRuleOfSemgrep(t *testing.T) {
	t.Parallel()
	var rules semgrep
	decode(t, ".semgrep/hardcoded-secret.yml", &rules)
	require.Len(t, rules.Rules, 1)
	patterns := rules.Rules[0].Patterns
	find, pass := regexp.MustCompile("(?m)"+patterns[0].Regex), regexp.MustCompile("(?m)"+patterns[1].NotRegex)
	assert.Equal(t, "$VALUE", patterns[2].Analysis["metavariable"])
	finds := func(text string) bool {
		match := find.FindString(text)
		return match != "" && !pass.MatchString(match)
	}
	for _, file := range []string{"src/client-token.js", "src/tracing.js", ".env", "config.yaml"} {
		assert.True(t, finds(strings.Replace(places[file], "%", digest("a key"), 1)), file)
		assert.True(t, find.MatchString(strings.Replace(places[file], "%", newToken(t), 1)), file)
		assert.False(t, finds(strings.Replace(places[file], "%", newToken(t), 1)), file)
	}
}

// decode reads a YAML file and fails on keys that settings doesn't have.
func decode(t *testing.T, path string, settings any) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(settings), path)
}
