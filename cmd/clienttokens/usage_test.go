// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// send puts what collectors counted of a token of acme in the last 90 minutes where they put it. It goes by the rig's
// clock, which a collector's store doesn't: that asks Redis.
func (r *rig) send(t *testing.T, id string) {
	t.Helper()
	client := r.client(t)
	minute := usage.Counts{
		Admitted: 6000, Refused: usage.Refused{Token: 1200, Organization: 30, Client: 1}, ShedEstimated: 300,
	}
	minute.RequestsRefused[usage.Shed], minute.RequestsRefused[usage.OriginDenied] = 6, 2
	pages := map[string]usage.Page{}
	for ago := range 90 {
		at := r.clock.Add(-time.Duration(ago+1) * time.Minute)
		for kind, g := range map[string]usage.Grain{"m": usage.Minutes, "h": usage.Hours} {
			number, slot := g.At(at)
			for _, subject := range []string{"o", "t:" + id} {
				key := fmt.Sprintf("clienttokens:u:{acme}:%s:%s:%d", subject, kind, number)
				pages[key] = pages[key].Add(slot, &minute)
			}
		}
	}
	for key, page := range pages {
		require.NoError(t, client.Set(t.Context(), key, string(page), 0).Err())
	}
	of := "clienttokens:u:{acme}:t:" + id
	today, _ := usage.Hours.At(r.clock)
	origins := usage.OriginDay{
		"https://shop.example.com": {Origin: "https://shop.example.com", Allowed: 9000},
		"https://evil.example":     {Origin: "https://evil.example", Refused: 180},
	}
	require.NoError(t, client.Set(t.Context(), fmt.Sprint(of, ":o:", today), origins.Lines(), 0).Err())
	used := r.clock.Add(-time.Minute).Unix()
	store, err := (&cli{surroundings: r.surroundings}).open(t.Context())
	require.NoError(t, err)
	defer func() { assert.NoError(t, store.Close()) }()
	record, err := store.Token(t.Context(), id)
	require.NoError(t, err)
	secret := usage.KeyOf(record.Secrets[len(record.Secrets)-1].SHA256)
	require.NoError(t, client.HSet(t.Context(), of+":l", string(usage.TokenUsed), used, string(secret), used).Err())
}

// Usage that has a Redis of its own is read there, wherever the registry is.
func TestUsageOfItsOwnRedis(t *testing.T) {
	counted := newRig(t, "redis")
	alone := counted.getenv(redisVariable)
	begin := func(r *rig) {
		r.must(t, "clienttokens organization create --id acme")
		r.must(t, "clienttokens create --organization acme --id shop --kind web --spans-per-minute 6000")
	}
	begin(counted)
	counted.send(t, "shop")
	for place := range places {
		for _, line := range []string{"clienttokens usage shop", "clienttokens usage --organization acme --step 1h"} {
			want, _, _ := counted.do(t, line)
			r := newRig(t, place)
			begin(r)
			named, message, code := r.do(t, line+" --usage-redis "+alone)
			assert.Equal(t, exitOK, code, message)
			assert.Equal(t, want, named)
			registry := r.getenv
			r.getenv = func(name string) string {
				if name == usageRedisVariable {
					return alone
				}
				return registry(name)
			}
			fromVariable, message, code := r.do(t, line)
			assert.Equal(t, exitOK, code, message)
			assert.Equal(t, want, fromVariable)
		}
	}
}

func TestUsageOfARedisThatIsAway(t *testing.T) {
	r := newRig(t, "file")
	r.must(t, "clienttokens organization create --id acme")
	_, message, code := r.do(t, "clienttokens usage --organization acme --usage-redis redis://127.0.0.1:1")
	assert.Equal(t, exitUnavailable, code)
	assert.Contains(t, message, "check --usage-redis")
	_, message, code = r.do(t, "clienttokens usage --organization acme --usage-redis localhost")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, message, "--usage-redis: the URL")
}

func (r *rig) client(t *testing.T) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(r.getenv(redisVariable))
	require.NoError(t, err)
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// readRights are what the README says that an ACL user needs who only reads usage, and each of them is needed.
const readRights = "%R~clienttokens:u:* %R~{clienttokens:registry}:* +hget +mget +hgetall"

func TestUsageIsOnlyRead(t *testing.T) {
	admin := newRig(t, "redis")
	admin.must(t, "clienttokens organization create --id acme")
	admin.must(t, "clienttokens create --organization acme --id shop --kind web")
	admin.send(t, "shop")
	all := strings.Fields(readRights)
	for i := range append(all, "") {
		rules := []any{"ACL", "SETUSER", fmt.Sprint("reader", i), "on", ">secret"}
		for j, right := range all {
			if j != i {
				rules = append(rules, right)
			}
		}
		require.NoError(t, admin.client(t).Do(t.Context(), rules...).Err())
		address := strings.TrimPrefix(admin.getenv(redisVariable), "redis://")
		reader := newRigAt(redisVariable, fmt.Sprintf("redis://reader%d:secret@%s", i, address))
		out, message, code := reader.do(t, "clienttokens usage shop")
		if i == len(all) {
			assert.Equal(t, exitOK, code, message)
			assert.Contains(t, out, "540,000 spans")
			continue
		}
		assert.Equal(t, exitUnavailable, code, all[i])
		assert.Contains(t, message, "give the user the rights that the README lists", all[i])
	}
}
