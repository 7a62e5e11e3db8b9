// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func FuzzWellFormedSecret(f *testing.F) {
	f.Add("ct", make([]byte, 56), uint8(0), byte('0'))
	f.Add(mustSecret(f, bytes.NewReader(make([]byte, 56))), bytes.Repeat([]byte{247}, 56), uint8(63), byte('z'))
	f.Add("0123456789abcdef", bytes.Repeat([]byte{1, 250}, 56), uint8(58), byte(0xff))
	f.Fuzz(func(t *testing.T, s string, random []byte, position uint8, character byte) {
		if WellFormedSecret(s) {
			require.True(t, UsableSecret(s))
		}
		secret, err := NewSecret(bytes.NewReader(random))
		if err != nil {
			return
		}
		require.True(t, WellFormedSecret(secret))
		changed := []byte(secret)
		changed[int(position)%len(changed)] = character
		assert.Equal(t, string(changed) == secret, WellFormedSecret(string(changed)))
	})
}

func FuzzValidate(f *testing.F) {
	f.Add("shop-web", "Production shop", "web", "a-very-plain-secret", "traces", int64(1), "jo@example.com")
	f.Add("", "\xff", "remote_write", "short", "", int64(-1), "Jo <jo@example.com>")
	f.Fuzz(func(t *testing.T, id, text, kind, secret, signal string, number int64, email string) {
		// The secret stands in every field, too, as if somebody had put it into the wrong one.
		if ValidID(id) {
			require.Regexp(t, `^[a-z0-9][a-z0-9._-]{0,62}$`, id)
		}
		record := Token{
			ID: id, Organization: secret, Name: text + secret, Kind: Kind(kind), OriginMode: OriginMode(secret),
			Signals: []Signal{Signal(signal), Signal(secret)}, SpansPerMinute: &number, Secret: Plaintext(secret),
			Secrets: []Secret{{SHA256: DigestOf(secret), Hint: secret}}, ExpiresAt: time.Unix(number, 0),
		}
		assertHarmless(t, record.Validate(), secret)
		organization := Organization{
			ID: id, Name: text, SpansPerMinute: &number,
			Members: []Member{{User: secret, Role: Role(kind), Email: email}, {User: text, Role: Role(secret), Email: secret}},
		}
		assertHarmless(t, organization.Validate(), secret)
	})
}

func assertHarmless(t *testing.T, faults []Fault, secret string) {
	t.Helper()
	for _, fault := range faults {
		text := fault.Field + ": " + fault.Problem + "; " + fault.Fix
		require.Less(t, len(text), 200)
		if len(secret) >= minUsable { // a shorter one can be part of the words
			require.NotContains(t, text, secret)
		}
	}
}
