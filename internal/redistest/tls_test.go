// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"os"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTLS(t *testing.T) {
	s := StartTLS(t, "limiter", `pass "word`, "-@all", "~ct:*", "~{ct:*", "+set", "+get")
	ctx := t.Context()
	require.NoError(t, s.Client().Set(ctx, "ct:a", 1, 0).Err())
	require.NoError(t, s.Client().Set(ctx, "{ct:a}:b", 1, 0).Err())
	require.ErrorContains(t, s.Client().Set(ctx, "other", 1, 0).Err(), "NOPERM")
	require.ErrorContains(t, s.Client().FlushAll(ctx).Err(), "NOPERM")
	s.Restart()
	require.NoError(t, s.Client().Set(ctx, "ct:a", 1, 0).Err())
}

func TestTLSRefuses(t *testing.T) {
	s := StartTLS(t, "limiter", "secret", "~*", "+@all")
	for name, options := range map[string]*redis.Options{
		"no TLS":         {Username: "limiter", Password: "secret"},
		"default user":   {TLSConfig: s.TLSConfig()},
		"wrong password": {TLSConfig: s.TLSConfig(), Username: "limiter", Password: "wrong"},
	} {
		options.Addr, options.MaxRetries, options.DialerRetries = s.Addr(), -1, 1
		client := redis.NewClient(options)
		require.Error(t, client.Ping(t.Context()).Err(), name)
		require.NoError(t, client.Close())
	}
	pem, err := os.ReadFile(s.CAFile())
	require.NoError(t, err)
	assert.Contains(t, string(pem), "BEGIN CERTIFICATE")
}
