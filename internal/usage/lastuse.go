// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// LastUseKept is how long it is known when something was last used.
const LastUseKept = 400 * day

// LastUse is when a request with a token was last let through, or would have been but for a limit: to within a minute.
// The zero time is never, or too long ago to be known.
type LastUse struct {
	Token   time.Time
	Secrets map[SecretKey]time.Time
}

// SecretKey names a secret of a token: the first 16 hex digits of its SHA-256.
type SecretKey string

// TokenUsed stands for the token where its last use is stored among those of its secrets.
const TokenUsed SecretKey = "token"

// KeyOf returns the key of the secret with a digest.
func KeyOf(digest [32]byte) SecretKey {
	return SecretKey(hex.EncodeToString(digest[:8]))
}

// Note takes over a use of the token with some secrets.
func (l *LastUse) Note(at time.Time, secrets []SecretKey) {
	l.Set(TokenUsed, at.Unix())
	for _, key := range secrets {
		l.Set(key, at.Unix())
	}
}

// Set takes over a use, in seconds since 1970, unless a later one is known.
func (l *LastUse) Set(what SecretKey, seconds int64) {
	at := time.Unix(seconds, 0).UTC()
	switch {
	case what == TokenUsed && l.Token.Before(at):
		l.Token = at
	case what != TokenUsed && l.Secrets[what].Before(at):
		l.Secrets[what] = at
	}
}

// Text returns how it is stored: what was used and the seconds since 1970, in lines.
func (l *LastUse) Text() string {
	var lines strings.Builder
	fmt.Fprintf(&lines, lastUseLine, TokenUsed, l.Token.Unix())
	for key, at := range l.Secrets {
		fmt.Fprintf(&lines, lastUseLine, key, at.Unix())
	}
	return lines.String()
}

const lastUseLine = "%s %d\n"

// ReadLastUse reads what Text has written. Lines that can't be read are left out.
func ReadLastUse(lines string) LastUse {
	l := LastUse{Secrets: map[SecretKey]time.Time{}}
	for line := range strings.Lines(lines) {
		var what SecretKey
		var seconds int64
		if _, err := fmt.Sscanf(line, lastUseLine, &what, &seconds); err == nil {
			l.Set(what, seconds)
		}
	}
	return l
}
