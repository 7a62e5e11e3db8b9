// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package secretscanning

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func TestDocumentedRegularExpression(t *testing.T) {
	t.Parallel()
	expression := regexp.MustCompile(strings.TrimSpace(documented(t, "regular expression")))
	for range 100 {
		secret := newToken(t)
		assert.Equal(t, secret, expression.FindString(`{ 'X-Client-Token': '`+secret+`' }`))
	}
	for _, miss := range nearMisses(t) {
		assert.False(t, expression.MatchString(miss), miss)
	}
}

// Fields of a custom pattern for GitHub: the secret between what comes before and after it.
func TestDocumentedCustomPattern(t *testing.T) {
	t.Parallel()
	field := map[string]string{}
	for line := range strings.Lines(documented(t, "custom pattern")) {
		name, value, _ := strings.Cut(line, ":")
		field[name] = strings.TrimSpace(value)
	}
	expression := regexp.MustCompile("(?:" + field["Before secret"] + ")(" + field["Secret format"] + ")(?:" +
		field["After secret"] + ")")
	secret := newToken(t)
	for _, text := range []string{secret, `"` + secret + `"`, "token=" + secret + "\n"} {
		match := expression.FindStringSubmatch(text)
		require.NotNil(t, match, text)
		assert.Equal(t, secret, match[1])
	}
	for _, miss := range nearMisses(t) {
		assert.False(t, expression.MatchString(miss), miss)
	}
}

// nearMisses have no checksum fault: no regular expression finds that.
func nearMisses(t *testing.T) []string {
	t.Helper()
	secret := newToken(t)
	return []string{
		secret[:63], secret + "0", "0" + secret, "CT" + secret[2:], "tc" + secret[2:], secret[:40] + "-" + secret[41:],
		digest("SHA-256"), "",
	}
}

func TestDocumentedChecksum(t *testing.T) {
	t.Parallel()
	texts := append(nearMisses(t), "ct"+strings.Repeat("0", 62))
	for range 20 {
		secret := newToken(t)
		texts = append(texts, secret, swapped(secret, 2), swapped(secret, 56), swapped(secret, 62))
	}
	program := documented(t, "checksum") + `console.log(process.argv.slice(1).map(isClientToken).join("\n"));`
	args := append([]string{"--input-type=module", "--eval", program, "--"}, texts...)
	said, err := exec.CommandContext(t.Context(), "node", args...).CombinedOutput()
	require.NoError(t, err, "%s", said)
	answers := strings.Fields(string(said))
	require.Len(t, answers, len(texts))
	for i, text := range texts {
		assert.Equal(t, token.WellFormedSecret(text), answers[i] == "true", text)
	}
}

// swapped has two characters in each other's place. If they are the same it is still a token.
func swapped(secret string, at int) string {
	return secret[:at] + secret[at+1:at+2] + secret[at:at+1] + secret[at+2:]
}

// documented is the README's code block that is marked so.
func documented(t *testing.T, name string) string {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	block := regexp.MustCompile("(?s)<!-- tested: " + name + " -->\n```[a-z]+\n(.*?)\n```").FindSubmatch(readme)
	require.NotNil(t, block, name)
	return string(block[1]) + "\n"
}
