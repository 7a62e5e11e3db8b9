// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// rights are what the README says that an ACL user needs, and each of them is needed.
const rights = "~clienttokens:u:* +evalsha +eval +get +set +hget +hset +expire +time +mget +hgetall"

func TestRights(t *testing.T) {
	r, _ := newRig(t)
	require.NoError(t, r.tryAs("collector", rights))
	all := strings.Fields(rights)
	for i, right := range all {
		fewer := slices.Concat(all[:i], all[i+1:])
		assert.Error(t, r.tryAs(fmt.Sprint("without", i), strings.Join(fewer, " ")), right)
	}
}

// tryAs goes through all that a store does as a user with some rights.
func (r *rig) tryAs(user, rights string) error {
	r.t.Helper()
	arguments := []any{"ACL", "SETUSER", user, "on", ">secret"}
	for right := range strings.FieldsSeq(rights) {
		arguments = append(arguments, right)
	}
	require.NoError(r.t, r.client.Do(r.t.Context(), arguments...).Err())
	require.NoError(r.t, r.client.FlushAll(r.t.Context()).Err())
	require.NoError(r.t, r.client.ScriptFlush(r.t.Context()).Err())
	as := *r
	as.config.Username, as.config.Password = user, "secret"
	store := as.collector()
	store.time = store.askTime
	b := r.batch(1, acme, shop)
	b.Deltas[1].Used = true
	b.Deltas[1].Origins = []usage.Origin{{Origin: "https://a.example", Allowed: 1}}
	if err := store.Add(r.t.Context(), b); err != nil {
		return err
	}
	if _, err := store.Totals(r.t.Context(), usage.LastDay(r.now), shop); err != nil {
		return err
	}
	_, err := store.LastUse(r.t.Context(), shop)
	return err
}
