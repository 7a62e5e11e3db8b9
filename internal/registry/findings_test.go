// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func texts(faults []Fault) []string {
	var texts []string
	for _, f := range faults {
		texts = append(texts, f.String())
	}
	return texts
}

// Records from no file have no lines and no places in a list: they are named by their ids.
func TestFindingsNameRecords(t *testing.T) {
	bad, twin, stranger := webToken("shop-web", 1), webToken("shop-app", 1), webToken("shop-pos", 2)
	bad.Kind, bad.AllowedOrigins = "web!", []string{"null"}
	stranger.Organization = "nobody"
	_, findings := CheckAll(&Records{
		Organizations: []token.Organization{acme(), {ID: "bell", SpansPerMinute: new(int64(-1))}},
		Tokens:        []token.Token{bad, twin, stranger},
	})
	assert.Equal(t, []string{
		"organization bell: spans_per_minute: is not 0 to 1,000,000,000: " +
			"correct it, or drop the key for no limit; 0 admits nothing",
		"token shop-web: kind: is unknown: write web, mobile or remote_write",
		"token shop-app: secrets[0]: token shop-web has the same secret: give each token its own secret",
		"token shop-pos: organization: there is no organization with this id: add it under organizations:, or correct the id",
	}, texts(findings.Faults))
	assert.Equal(t, []string{
		`token shop-web: allowed_origins[0]: "null" admits any sandboxed iframe on the web: ` +
			"remove it unless pages opened from files must send",
	}, texts(findings.Warnings))
}

func TestCheckToken(t *testing.T) {
	sound := webToken("shop-web")
	sound.Secret = token.Plaintext(secretOf(1))
	checked, faults := CheckToken(&sound, 7)
	assert.Empty(t, faults)
	assert.Equal(t, Revision(7), checked.Revision)
	assert.Equal(t, []token.Secret{token.Plaintext(secretOf(1)).Record()}, checked.Secrets)
	assert.Empty(t, string(checked.Secret))

	bad := webToken("shop-web", 1)
	bad.Kind, bad.AllowedOrigins = "", []string{"example.com"}
	_, faults = CheckToken(&bad, 7)
	assert.Equal(t, []string{"kind", "allowed_origins[0]"}, []string{faults[0].Field, faults[1].Field})
}

// One bad record in a shared store must not take the others down.
func TestSoundRecords(t *testing.T) {
	bad, ofBell := webToken("b", 2), webToken("c", 3)
	bad.Kind, ofBell.Organization = "", "bell"
	contents, findings := CheckAll(&Records{
		Organizations: []token.Organization{acme(), {ID: "bell", SpansPerMinute: new(int64(-1))}},
		Tokens:        []token.Token{webToken("a", 1), bad, ofBell, webToken("d", 4)},
	})
	r := New(nil)
	r.Loaded(findings.Sound(contents))
	assert.Equal(t, "1:a 4:d ", meaning(r))
	assert.Equal(t, 2, r.Len())
}
