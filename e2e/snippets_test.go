// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documents returns the texts for users and developers, by their paths from here.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{"../*.md", "../*/*.md", "../examples/*/*.md"} {
		paths, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			texts[path] = string(text)
		}
	}
	require.Contains(t, texts, "../README.md")
	return texts
}

// snippets returns the code that is called tested by a name, in the order in which it stands.
func snippets(t *testing.T, name string) []string {
	t.Helper()
	block := regexp.MustCompile("(?s)<!-- tested: " + name + " -->\n```\\w+\n(.*?)```")
	var all []string
	for _, text := range documents(t) {
		for _, found := range block.FindAllStringSubmatch(text, -1) {
			all = append(all, found[1])
		}
	}
	require.NotEmpty(t, all, name)
	return all
}

// snippet writes such code to a file and returns its path.
func snippet(t *testing.T, name, extension string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "snippet"+extension)
	require.NoError(t, os.WriteFile(path, []byte(snippets(t, name)[0]), 0o600))
	return path
}

var (
	link    = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	anchor  = regexp.MustCompile(`<a id="([^"]+)">`)
	heading = regexp.MustCompile(`(?m)^#{1,6} (.*)$`)
	fenced  = regexp.MustCompile("(?ms)^```.*?^```")
)

// Nobody who reads meets a dead end.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	texts := documents(t)
	for path, text := range texts {
		for _, found := range link.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
			if strings.Contains(found[1], "://") {
				continue
			}
			file, fragment, _ := strings.Cut(found[1], "#")
			target := path
			if file != "" {
				target = filepath.Join(filepath.Dir(path), file)
			}
			assert.FileExists(t, target, path)
			if fragment != "" {
				assert.Contains(t, anchors(texts[target]), fragment, "%s: %s", path, found[1])
			}
		}
	}
}

// anchors returns what fragments of links may name: explicit ones, and those that GitHub makes of headings.
func anchors(text string) []string {
	var all []string
	for _, found := range anchor.FindAllStringSubmatch(text, -1) {
		all = append(all, found[1])
	}
	dropped := regexp.MustCompile(`[^\p{L}\p{N}_\- ]`)
	for _, found := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		all = append(all, strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(found[1]), ""), " ", "-"))
	}
	return all
}
