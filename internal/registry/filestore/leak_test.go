// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// misplaced puts a secret, written SECRET, wherever somebody in a hurry might.
var misplaced = []string{
	"SECRET", "- SECRET", "SECRET: {}", "SECRET: SECRET", "tokens: SECRET", "tokens: [SECRET]", "tokens: {SECRET: web}",
	"tokens: [SECRET: {kind: web}]", "tokens: [[SECRET]]", "organizations: [{SECRET: acme}]\ntokens: []",
	"organizations: [{id: SECRET}, {id: SECRET}]\ntokens: [{organization: SECRETa, secret: x}]",
	"organizations: [{id: acme, name: [SECRET], members: [{user: SECRET}, {user: SECRET, role: SECRET, email: SECRET}]}]",
	"tokens: [{id: SECRET}, {id: SECRET}]", "tokens: [{id: [SECRET]}]", "tokens: [{id: {SECRET: SECRET}}]",
	"tokens: [{organization: SECRET, kind: SECRET, environment: [SECRET], origin_mode: SECRET, signals: [SECRET]}]",
	"tokens: [{signals: SECRET}]", "tokens: [{allowed_origins: SECRET}]", "tokens: [{allowed_origins: {SECRET: a}}]",
	"tokens: [{allowed_origins: [SECRET, https://SECRET@example.com, https://example.com/?token=SECRET]}]",
	"tokens: [{allowed_origins: ['https://*.SECRET', 'SECRET://example.com', 'a b SECRET', 'SECRET:443']}]",
	"tokens: [{spans_per_minute: SECRET, client_spans_per_minute: !!int SECRET}]", "tokens: [{disabled: SECRET}]",
	"tokens: [{created_at: SECRET, expires_at: SECRET, created_by: [SECRET]}]", "tokens: [{expires_at: !!timestamp SECRET}]",
	"tokens: [{secret: [SECRET]}]", "tokens: [{secret: {SECRET: }}]", "tokens: [{secret: \"SECRET \"}]",
	"tokens: [{secret: !!binary SECRET}]", "tokens: [{secret: !SECRET a}]", "tokens: [{secret: !<SECRET> a}]",
	"tokens: [{secrets: SECRET}]", "tokens: [{secrets: [SECRET]}]", "tokens: [{secrets: [{SECRET: a}]}]",
	"tokens: [{secrets: [{sha256: SECRET}]}]", "tokens: [{secrets: [{sha256: [SECRET]}]}]",
	"tokens: [{secrets: [{hint: SECRET, created_at: SECRET, expires_at: SECRET}]}]",
	"tokens: [{kind: web, secret: SECRET}, {kind: web, secret: SECRET}]", "tokens: [{secretSECRET: a}]",
	"tokens: [*SECRET]", "tokens: [&SECRET a, *SECRET]", "tokens: &SECRET [*SECRET]", "tokens: [{<<: *SECRET}]",
	"tokens: [{<<: SECRET}]", "tokens: [{<<: &SECRET [*SECRET]}]", "tokens: [{? &SECRET a : b, ? *SECRET : c}]",
	"tokens: [? SECRET]", "tokens: {? {SECRET: SECRET} : SECRET}", "%SECRET\n---\ntokens: []", "%TAG !SECRET! SECRET",
	"tokens: 'SECRET", "tokens: \"SECRET\\q\"", "tokens: @SECRET", "tokens: SECRET: SECRET", "tokens: []\nSECRET",
	"tokens: []\n---\nSECRET", "!SECRET {tokens: []}", "!SECRET!a {tokens: []}", "tokens: |SECRET\n a", "&SECRET &SECRET a",
	"tokens: [SECRET", "{SECRET", "SECRET\x00", "\xff\xfeSECRET", "tokens:\n\tSECRET", "? SECRET", "- - - SECRET: - a",
}

// secrets of all sorts: generated, imported, good enough for an id, all digits, like a field's name in part.
var secrets = []string{
	"ctAbcDefGhi0123456789AbcDefGhi0123456789AbcDefGhi0123456789Abc12", "nr-ABCDEF0123456", "abcdefghijklmnop",
	"1234567890123456", "spans_per_minute_x9q2", "secret-of-acme-inc", strings.Repeat("deadbeef", 8),
}

func TestNoSecretInAnyFault(t *testing.T) {
	for _, secret := range secrets {
		for _, template := range misplaced {
			content := strings.ReplaceAll(template, "SECRET", secret)
			_, faults := Parse([]byte(content))
			err := &registry.FaultsError{Where: "tokens.yaml", Faults: faults}
			assert.NotEmpty(t, faults, content)
			assert.NotContains(t, strings.ToLower(err.Error()), strings.ToLower(secret), content)
		}
	}
}

func TestNoSecretInWarnings(t *testing.T) {
	const secret = "abcdefghijklmnop"
	contents := mustParse(t, []byte(tokenWith("allowed_origins: [https://"+secret+", https://"+secret+", \"null\"]")))
	assert.Equal(t, []string{
		`line 9: tokens[0].allowed_origins[1]: "…" is the same as entry 0: remove one of them`,
		`line 9: tokens[0].allowed_origins[2]: "null" admits any sandboxed iframe on the web: ` +
			`remove it unless pages opened from files must send`,
	}, texts(contents.Warnings))
}

func TestPlainSecretIsNotKept(t *testing.T) {
	secret := generated(t)
	contents := mustParse(t, []byte(acme+"tokens:\n  - {id: a, organization: acme, kind: web, secret: "+secret+"}\n"))
	record := contents.Tokens[0]
	assert.Empty(t, string(record.Secret))
	assert.Equal(t, []token.Secret{{SHA256: token.DigestOf(secret), Hint: secret[60:]}}, record.Secrets)
}

// A hint that is a part of the secret's string would keep all of it in memory.
func TestHintIsACopy(t *testing.T) {
	secret := generated(t)
	record := token.Token{Secret: token.Plaintext(secret)}
	record.Seal()
	assert.Equal(t, secret[60:], record.Secrets[0].Hint)
	assert.NotSame(t, unsafe.StringData(secret[60:]), unsafe.StringData(record.Secrets[0].Hint))
}

func generated(t *testing.T) string {
	t.Helper()
	secret, err := token.NewSecret(strings.NewReader(strings.Repeat("no randomness ", 10)))
	require.NoError(t, err)
	return secret
}
