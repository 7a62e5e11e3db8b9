// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

const redacted = "[REDACTED]"

// Plaintext is a secret in full, as a file for a demo or a test may hold it. However it is printed, logged or
// marshalled, only a placeholder comes out, which is too short to be taken for a secret when it is read back. Convert
// it to a string to show it on purpose.
type Plaintext string

// Record returns what is kept of the secret. There is a hint only for the generated format, since four characters of a
// short imported secret could be too much; the times are zero.
func (p Plaintext) Record() Secret {
	s := string(p)
	record := Secret{SHA256: DigestOf(s)}
	if WellFormedSecret(s) {
		record.Hint = strings.Clone(s[len(s)-hintLength:]) // a part of a string keeps all of it in memory
	}
	return record
}

// Seal puts the record of a plain secret in its place: the secret is not kept.
func (t *Token) Seal() {
	if t.Secret != "" {
		t.Secrets = append(t.Secrets, t.Secret.Record())
		t.Secret = ""
	}
}

// String returns a placeholder.
func (Plaintext) String() string {
	return redacted
}

// GoString returns a placeholder.
func (Plaintext) GoString() string {
	return redacted
}

// Format writes a placeholder: without it, verbs that don't suit a string, such as %d, would print the secret. Package
// fmt asks no method for a misplaced %p or %w; go vet refuses those.
func (Plaintext) Format(state fmt.State, _ rune) {
	_, _ = io.WriteString(state, redacted)
}

// LogValue returns a placeholder for log/slog.
func (Plaintext) LogValue() slog.Value {
	return slog.StringValue(redacted)
}

// MarshalText returns a placeholder. It serves JSON and YAML as well.
func (Plaintext) MarshalText() ([]byte, error) {
	return []byte(redacted), nil
}
