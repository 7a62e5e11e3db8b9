// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit/audittest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

var byJo = audit.Act{At: time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC), By: "cli:jo", From: "desk"}

// audit lists what was done, in order: "created token a".
func (r *rig) audit(q audit.Query) []string {
	r.t.Helper()
	q.OldestFirst = true
	entries, err := r.Audit(r.t.Context(), q)
	require.NoError(r.t, err)
	list := []string{}
	for _, e := range entries {
		list = append(list, strings.TrimSpace(fmt.Sprintln(e.Action, e.Kind, e.Record)))
	}
	return list
}

func moved(c registry.Change, to string) registry.Change {
	c.Token.Organization = to
	return c
}

func TestWritesAreNoted(t *testing.T) {
	r := newRig(t)
	assert.Empty(t, r.audit(audit.Query{}))
	require.NoError(t, r.Write(t.Context(), byJo, organization("acme", 60, 0), organization("bell", 60, 0), tokenOf("a", 5, 0)))
	r.must(tokenOf("b", 5, 0), tokenOf("a", 6, 1))
	require.Error(t, r.Write(t.Context(), byJo, tokenOf("a", 7, 1)), "a conflict")
	r.must(moved(tokenOf("a", 6, 2), "bell"))
	r.must(registry.DeleteToken("a", 3))
	r.must(registry.DeleteOrganization("bell", 1))
	want := []string{
		"created organization acme", "created organization bell", "created token a", "created token b", "changed token a",
		"changed token a", "deleted token a", "deleted organization bell",
	}
	entries := audittest.RequireComplete(t, &registry.Contents{}, audit.ID{}, r)
	assert.Equal(t, []any{byJo.At, "cli:jo", "desk"}, []any{entries[0].At, entries[0].By, entries[0].From})
	id := func(i int) audit.ID { return entries[i].ID }
	for name, tt := range map[string]struct {
		q    audit.Query
		want []string
	}{
		"all":       {audit.Query{}, want},
		"of acme":   {audit.Query{Organization: "acme"}, []string{want[0], want[2], want[3], want[4], want[5]}},
		"of bell":   {audit.Query{Organization: "bell"}, []string{want[1], want[5], want[6], want[7]}},
		"of a":      {audit.Query{Token: "a"}, []string{want[2], want[4], want[5], want[6]}},
		"of b":      {audit.Query{Organization: "acme", Token: "b"}, want[3:4]},
		"after":     {audit.Query{After: id(5)}, want[6:]},
		"before":    {audit.Query{Before: id(2)}, want[:2]},
		"between":   {audit.Query{After: id(1), Before: id(4)}, want[2:4]},
		"limited":   {audit.Query{Limit: 2}, want[:2]},
		"since":     {audit.Query{Since: byJo.At}, want[:3]},
		"of nobody": {audit.Query{Organization: "nobody"}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.want, r.audit(tt.q))
		})
	}
	newest, err := r.Audit(t.Context(), audit.Query{Limit: 3})
	require.NoError(t, err)
	assert.Equal(t, []audit.ID{id(7), id(6), id(5)}, []audit.ID{newest[0].ID, newest[1].ID, newest[2].ID})
	assert.Equal(t, int64(-1), r.redis("TTL", r.keys.auditOf("acme")))
	assert.InDelta(t, audit.KeptAfterEnd.Seconds(), r.redis("TTL", r.keys.auditOf("bell")), 60)
	r.must(organization("bell", 60, 0))
	assert.Equal(t, int64(-1), r.redis("TTL", r.keys.auditOf("bell")), "it is back")
	assert.Len(t, r.audit(audit.Query{Organization: "bell"}), 5)
}

func TestNothingSecretInTheAudit(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0))
	r.must(withSecret(tokenOf("a", 5, 1), "another secret"))
	c, err := r.Contents(t.Context())
	require.NoError(t, err)
	r.must(registry.DeleteToken("a", 2))
	require.NoError(t, r.Replace(t.Context(), byJo, c))
	var texts []string
	for _, key := range r.redis("KEYS", r.keys.audit+"*").([]any) {
		texts = append(texts, fmt.Sprint(r.redis("XRANGE", key, "-", "+")))
	}
	require.Len(t, texts, 2)
	assert.Contains(t, texts[0], `"action":"rotated"`)
	audittest.AssertTellsNo(t, "secret of a", texts...)
	audittest.AssertTellsNo(t, "another secret", texts...)
}

// Whoever does much to one organization doesn't push out what was done to another one.
func TestAuditIsBounded(t *testing.T) {
	r := newRig(t)
	r.must(organization("quiet", 60, 0))
	_, err := r.client.Pipelined(t.Context(), func(pipe redis.Pipeliner) error {
		for range auditOfAll + 500 {
			for _, key := range []string{r.keys.audit, r.keys.auditOf("busy")} {
				pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: key, Values: []any{"entry", `{"kind":"token","organization":"busy"}`}})
			}
		}
		return nil
	})
	require.NoError(t, err)
	r.must(organization("busy", 60, 0))
	for key, most := range map[string]int64{r.keys.audit: auditOfAll, r.keys.auditOf("busy"): audit.KeptOfEach} {
		length := r.redis("XLEN", key).(int64)
		assert.GreaterOrEqual(t, length, most)
		assert.Less(t, length, most+100, "Redis forgets pages of a hundred")
	}
	assert.Equal(t, []string{"created organization quiet"}, r.audit(audit.Query{Organization: "quiet"}))
	assert.NotContains(t, r.audit(audit.Query{}), "created organization quiet")
	ofBusy := r.audit(audit.Query{Organization: "busy"})
	assert.Equal(t, "created organization busy", ofBusy[len(ofBusy)-1])
	newest, err := r.Audit(t.Context(), audit.Query{Organization: "busy"})
	require.NoError(t, err)
	require.Len(t, newest, len(ofBusy), "page for page, either way")
	for i := range newest[1:] {
		require.Equal(t, -1, newest[i+1].ID.Compare(newest[i].ID))
	}
}

// More than 100 records are told by their organizations.
func TestLargeWritesAreNoted(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), organization("bell", 60, 0))
	act := byJo
	act.Import = true
	many := append(manyTokens(maxChanges, "n"), moved(tokenOf("b", 1, 0), "bell"), organization("new", 1, 0))
	require.NoError(t, r.Write(t.Context(), act, many...))
	entries, err := r.Audit(t.Context(), audit.Query{Limit: 3})
	require.NoError(t, err)
	for i, want := range []struct {
		organization string
		created      int
	}{{"new", 1}, {"bell", 1}, {"acme", maxChanges}} {
		assert.Equal(t, []any{audit.Imported, want.organization, &audit.Counts{Created: want.created}},
			[]any{entries[i].Action, entries[i].Record, entries[i].Counts})
	}
	assert.Len(t, r.audit(audit.Query{Organization: "new"}), 1)
	assert.Equal(t, int64(-1), r.redis("TTL", r.keys.auditOf("new")))
}

func TestReplacingIsNoted(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0), tokenOf("b", 5, 0))
	backup, err := r.Contents(t.Context())
	require.NoError(t, err)
	r.must(tokenOf("a", 6, 1), registry.DeleteToken("b", 1))
	before := r.audit(audit.Query{})
	require.NoError(t, r.Replace(t.Context(), byJo, backup))
	assert.Equal(t, []string{"replaced registry", "changed token a", "created token b"}, r.audit(audit.Query{})[len(before):])
}

// What took the place of a registry that has lost writes is noted as far as anybody knows.
func TestReplacingOfWhatIsLostIsNoted(t *testing.T) {
	for name, lose := range map[string]func(r *rig){
		"all":                       func(r *rig) { r.redis("FLUSHALL"); r.step() },
		"a key":                     func(r *rig) { r.redis("DEL", r.keys.tokens) },
		"a record that can be read": func(r *rig) { r.redis("HSET", r.keys.tokens, "a", "nonsense") },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.must(organization("acme", 60, 0), tokenOf("a", 5, 0))
			r.step()
			backup, err := r.Contents(t.Context())
			require.NoError(t, err)
			lose(r)
			require.NoError(t, r.Replace(t.Context(), byJo, backup))
			entries, err := r.Audit(t.Context(), audit.Query{Limit: 2})
			require.NoError(t, err)
			for i, record := range []string{"acme", ""} {
				assert.Equal(t, []any{audit.Replaced, record, (*audit.Counts)(nil)},
					[]any{entries[i].Action, entries[i].Record, entries[i].Counts})
			}
			assert.Contains(t, r.audit(audit.Query{Organization: "acme"}), "replaced organization acme")
		})
	}
}

// An organization's history goes on even where Redis has lost the history of all, and its clock was set back.
func TestHistoryOfAllIsLost(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0))
	r.redis("DEL", r.keys.audit)
	r.redis("XADD", r.keys.auditOf("acme"), "99999999999999-5", "entry", `{"kind":"organization","organization":"acme"}`)
	r.must(tokenOf("a", 5, 0), tokenOf("b", 5, 0))
	assert.Equal(t, []string{"created token a", "created token b"}, r.audit(audit.Query{}))
	entries, err := r.Audit(t.Context(), audit.Query{Organization: "acme", Limit: 2})
	require.NoError(t, err)
	assert.Equal(t, "b", entries[0].Record)
	assert.Equal(t, audit.ID{Millis: 99999999999999, Number: 7}, entries[0].ID)
}

func TestWhatIsNoEntryIsPassedOver(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0))
	r.redis("XADD", r.keys.audit, "*", "entry", "nonsense")
	r.redis("XADD", r.keys.audit, "*", "other", "{}")
	r.must(organization("bell", 60, 0))
	assert.Equal(t, []string{"created organization acme", "created organization bell"}, r.audit(audit.Query{}))
}

func TestAuditOfARedisThatIsAway(t *testing.T) {
	r := newRig(t)
	r.server.Kill()
	_, err := r.Audit(t.Context(), audit.Query{})
	require.ErrorIs(t, err, registry.ErrUnavailable)
}
