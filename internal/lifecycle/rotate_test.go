// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func TestRotate(t *testing.T) {
	never := time.Time{}
	for name, tt := range map[string]struct {
		had   []time.Time // the ends of the secrets before; it is 3 o'clock
		grace time.Duration
		want  []time.Time // after, the new one last
	}{
		"with grace":              {[]time.Time{never}, time.Hour, []time.Time{utc(25, 4), never}},
		"at once":                 {[]time.Time{never}, 0, []time.Time{never}},
		"never later than it had": {[]time.Time{utc(25, 5), never}, 24 * time.Hour, []time.Time{utc(25, 5), utc(26, 3), never}},
		"earlier than it had":     {[]time.Time{utc(28, 0), never}, 24 * time.Hour, []time.Time{utc(26, 3), utc(26, 3), never}},
		"those that ended go":     {[]time.Time{utc(25, 3), utc(24, 0), never}, time.Hour, []time.Time{utc(25, 4), never}},
		"all had ended":           {[]time.Time{utc(25, 2)}, time.Hour, []time.Time{never}},
		"all end now":             {[]time.Time{utc(25, 8), never}, 0, []time.Time{never}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			before := r.create(func(t *token.Token) { t.SpansPerMinute = new(int64(60)) }).Token
			before.Secrets = nil
			for i, end := range tt.had {
				digest := token.DigestOf(string(rune('a' + i)))
				before.Secrets = append(before.Secrets, token.Secret{SHA256: digest, ExpiresAt: end})
			}
			change := registry.Change{Token: &before, Revision: r.stored("shop").Revision}
			require.NoError(t, r.Write(t.Context(), audit.Act{}, change))

			issued, err := r.Rotate(t.Context(), shop, tt.grace)
			require.NoError(t, err)
			after := *r.stored("shop").Token
			assert.Equal(t, issued.Token, after)
			var got []time.Time
			for _, s := range after.Secrets {
				got = append(got, s.ExpiresAt)
			}
			assert.Equal(t, tt.want, got)
			newest := after.Secrets[len(after.Secrets)-1]
			assert.Equal(t, token.Secret{
				SHA256: token.DigestOf(issued.Secret), Hint: issued.Secret[60:], CreatedAt: utc(25, 3),
			}, newest)
			after.Secrets, before.Secrets = nil, nil
			assert.Equal(t, before, after)
		})
	}
}

func TestRotateRefuses(t *testing.T) {
	r := newRig(t)
	r.create(as)
	var invalid *InvalidError
	_, err := r.Rotate(t.Context(), shop, -time.Second)
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "grace", invalid.Faults[0].Field)
	_, err = r.Rotate(t.Context(), Target{ID: "nope"}, 0)
	require.ErrorAs(t, err, new(*registry.NotFoundError))
}

// Who rotates all the time doesn't make a record grow for ever.
func TestRotateTooOften(t *testing.T) {
	r := newRig(t)
	r.create(as)
	for range maxSecrets - 1 {
		_, err := r.Rotate(t.Context(), shop, time.Hour)
		require.NoError(t, err)
	}
	var invalid *InvalidError
	_, err := r.Rotate(t.Context(), shop, time.Hour)
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "grace", invalid.Faults[0].Field)
	assert.Len(t, r.stored("shop").Secrets, maxSecrets)
	_, err = r.Rotate(t.Context(), shop, 0)
	require.NoError(t, err)
	assert.Len(t, r.stored("shop").Secrets, 1)
}

// A token that has no id in its file has one that is drawn from its first secret, and keeps it without that secret.
func TestRotateKeepsTheID(t *testing.T) {
	r := newRig(t)
	id := r.create(func(t *token.Token) { t.ID = "" }).Token.ID
	_, err := r.Rotate(t.Context(), Target{ID: id}, 0)
	require.NoError(t, err)
	assert.Len(t, r.stored(id).Secrets, 1)
}
