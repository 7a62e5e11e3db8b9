// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import "strings"

func (f *faults) secrets(t Token) {
	f.addIf(t.Secret == "" && len(t.Secrets) == 0, "secrets", "is missing",
		"add an entry with the sha256 of the secret")
	f.addIf(t.Secret != "" && len(t.Secrets) > 0, "secret", "is there together with secrets",
		"keep one of the two; secret is for demos and tests")
	f.addIf(t.Secret != "" && !UsableSecret(string(t.Secret)), "secret",
		"is not 16 to 256 visible ASCII characters", "use another one, best a generated one")
	f.addIf(strings.HasPrefix(string(t.Secret), "${"), "secret",
		"is a reference, which is not expanded here", "write the secret itself, or its sha256 under secrets")
	seen := make(map[Digest]bool, len(t.Secrets))
	for i, secret := range t.Secrets {
		f.secret(i, secret, seen[secret.SHA256])
		seen[secret.SHA256] = true
	}
}

func (f *faults) secret(i int, secret Secret, again bool) {
	field := at("secrets", i) + ".sha256"
	switch {
	case secret.SHA256.IsZero():
		f.add(field, "is missing", "write the 64 hex digits of the secret's SHA-256")
	case again:
		f.add(field, "is there twice", "remove one of the entries")
	}
	f.addIf(len(secret.Hint) > hintLength || !visibleASCII(secret.Hint), at("secrets", i)+".hint",
		"is not up to 4 visible ASCII characters", "write the last 4 characters of the secret, or drop the key")
	f.times(at("secrets", i)+".expires_at", secret.CreatedAt, secret.ExpiresAt)
}
