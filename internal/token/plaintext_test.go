// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const plainSecret = "a-very-plain-secret"

func TestPlaintextIsNeverPrinted(t *testing.T) {
	record := Token{ID: "a", Secret: plainSecret}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10s"} {
		assertRedacted(t, fmt.Sprintf(verb, record.Secret), verb)
		assertRedacted(t, fmt.Sprintf(verb, record), verb)
		assertRedacted(t, fmt.Sprintf(verb, []Plaintext{plainSecret}), verb)
	}
	asJSON, err := json.Marshal(record)
	require.NoError(t, err)
	assertRedacted(t, string(asJSON), "json")
	asYAML, err := yaml.Marshal(record)
	require.NoError(t, err)
	assertRedacted(t, string(asYAML), "yaml")
	assertRedacted(t, record.Secret.String()+record.Secret.GoString(), "methods")
}

func TestPlaintextIsNeverLogged(t *testing.T) {
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).InfoContext(t.Context(), "m", "secret", Plaintext(plainSecret))
	assertRedacted(t, log.String(), "slog")
}

func assertRedacted(t *testing.T, printed, how string) {
	t.Helper()
	assert.NotContains(t, printed, plainSecret, how)
	assert.NotContains(t, printed, fmt.Sprintf("%x", plainSecret), how)
	assert.Contains(t, printed, redacted, how)
}

func TestPlaceholderIsNoSecret(t *testing.T) {
	assert.False(t, UsableSecret(redacted))
}

func TestPlaintextRecord(t *testing.T) {
	generated := mustSecret(t, bytes.NewReader(make([]byte, 56)))
	tests := []struct {
		name, secret, hint string
	}{
		{"generated", generated, generated[60:]},
		{"imported", "0123456789abcdef", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := Secret{SHA256: DigestOf(tt.secret), Hint: tt.hint}
			assert.Equal(t, want, Plaintext(tt.secret).Record())
		})
	}
}
