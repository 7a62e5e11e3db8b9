// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

var shop = Target{ID: "shop"}

func TestCreate(t *testing.T) {
	r := newRig(t)
	issued := r.create(func(t *token.Token) { t.ExpiresAt = r.In(90 * 24 * time.Hour) })
	assert.True(t, token.WellFormedSecret(issued.Secret))
	want := token.Token{
		ID: "shop", Organization: "acme", Kind: token.KindWeb, Name: "Shop",
		Secrets: []token.Secret{{
			SHA256: token.DigestOf(issued.Secret), Hint: issued.Secret[60:], CreatedAt: utc(25, 3),
		}},
		CreatedAt: utc(25, 3), CreatedBy: "cli:jo", ExpiresAt: time.Date(2027, 2, 23, 3, 0, 0, 0, time.UTC),
	}
	assert.Equal(t, want, issued.Token)
	assert.Equal(t, want, *r.stored("shop").Token)
}

func TestCreateGivesAnID(t *testing.T) {
	r := newRig(t)
	issued := r.create(func(t *token.Token) { t.ID = "" })
	assert.Regexp(t, `^t-[a-z2-7]{10}$`, issued.Token.ID)
	assert.Equal(t, issued.Token.ID, r.stored(issued.Token.ID).ID)
}

func TestCreateTakesNoSecrets(t *testing.T) {
	issued := newRig(t).create(func(t *token.Token) { t.Secrets = []token.Secret{{SHA256: token.DigestOf("known to all")}} })
	assert.Len(t, issued.Token.Secrets, 1)
	assert.Equal(t, token.DigestOf(issued.Secret), issued.Token.Secrets[0].SHA256)
}

func TestAllFaultsAtOnce(t *testing.T) {
	r := newRig(t)
	_, err := r.Create(t.Context(), token.Token{
		ID: "Shop", Organization: "nobody", AllowedOrigins: []string{"https://a.example", "*.b.example"},
		SpansPerMinute: new(int64(-1)),
	})
	var invalid *InvalidError
	require.ErrorAs(t, err, &invalid)
	fields := make([]string, 0, len(invalid.Faults))
	for _, f := range invalid.Faults {
		fields = append(fields, f.Field)
	}
	assert.Equal(t, []string{"id", "kind", "spans_per_minute", "allowed_origins[1]", "organization"}, fields)
	assert.Contains(t, err.Error(), "the token is not valid; nothing was written\n  id: is not a valid id: ")
	contents, err := r.Contents(t.Context())
	require.NoError(t, err)
	assert.Empty(t, contents.Tokens)
}

func TestUpdateLeavesTheRest(t *testing.T) {
	r := newRig(t)
	want := r.create(func(t *token.Token) {
		t.SpansPerMinute, t.AllowedOrigins = new(int64(60)), []string{"https://a.example"}
	}).Token
	got, err := r.Update(t.Context(), shop, func(t *token.Token) {
		t.Memo = "new"
		t.ID, t.Secrets, t.CreatedBy, t.CreatedAt = "other", nil, "mallory", time.Time{}
	})
	require.NoError(t, err)
	want.Memo = "new"
	assert.Equal(t, want, got)
	assert.Equal(t, want, *r.stored("shop").Token)
}

// An API decodes JSON onto the record, through its pointers and slices.
func TestUpdateIsOfACopy(t *testing.T) {
	r := newRig(t)
	r.create(func(t *token.Token) {
		t.SpansPerMinute, t.AllowedOrigins = new(int64(60)), []string{"https://a.example"}
	})
	before := *r.stored("shop").Token
	shared := fixed{r.Store, before}
	o := New(shared, r.options)
	_, err := o.Update(t.Context(), shop, func(t *token.Token) {
		assert.NoError(r.t, json.Unmarshal([]byte(`{"spans_per_minute": 7, "allowed_origins": ["https://b.example"]}`), t))
	})
	require.NoError(t, err)
	assert.Equal(t, int64(60), *before.SpansPerMinute)
	assert.Equal(t, []string{"https://a.example"}, before.AllowedOrigins)
	assert.Equal(t, int64(7), *r.stored("shop").SpansPerMinute)
}

func TestUpdateOfNothingWritesNothing(t *testing.T) {
	r := newRig(t)
	r.create(as)
	r.between = func() { t.Error("written") }
	_, err := r.Update(t.Context(), shop, func(t *token.Token) { t.Name = "Shop" })
	require.NoError(t, err)
	_, err = r.Enable(t.Context(), shop)
	require.NoError(t, err)
}

func TestDisableAndEnable(t *testing.T) {
	r := newRig(t)
	r.create(as)
	for range 2 {
		got, err := r.Disable(t.Context(), shop)
		require.NoError(t, err)
		assert.True(t, got.Disabled)
		assert.True(t, r.stored("shop").Disabled)
	}
	_, err := r.Enable(t.Context(), shop)
	require.NoError(t, err)
	assert.False(t, r.stored("shop").Disabled)
}

// Whatever somebody else does between reading and writing, it isn't lost.
func TestNothingIsLost(t *testing.T) {
	for name, act := range map[string]func(*rig) error{
		"update": func(r *rig) error {
			_, err := r.Update(r.t.Context(), shop, func(t *token.Token) { t.Memo = "mine" })
			return err
		},
		"rotate":  func(r *rig) error { _, err := r.Rotate(r.t.Context(), shop, 0); return err },
		"disable": func(r *rig) error { _, err := r.Disable(r.t.Context(), shop); return err },
		"delete":  func(r *rig) error { _, err := r.Delete(r.t.Context(), shop); return err },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.create(as)
			r.between = func() {
				other := *r.stored("shop").Token
				other.Memo = "theirs"
				change := registry.Change{Token: &other, Revision: r.stored("shop").Revision}
				require.NoError(t, r.Write(t.Context(), audit.Act{}, change))
			}
			require.ErrorAs(t, act(r), new(*registry.ConflictError))
			assert.Equal(t, "theirs", r.stored("shop").Memo)
		})
	}
}

func TestTargetOfAnOldRevision(t *testing.T) {
	r := newRig(t)
	r.create(as)
	seen := Target{ID: "shop", Revision: r.stored("shop").Revision}
	_, err := r.Disable(t.Context(), seen)
	require.NoError(t, err)
	var conflict *registry.ConflictError
	_, err = r.Enable(t.Context(), seen)
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, registry.ConflictChanged, conflict.Problem)
	_, err = r.Delete(t.Context(), seen)
	require.ErrorAs(t, err, &conflict)
	_, err = r.Rotate(t.Context(), seen, 0)
	require.ErrorAs(t, err, &conflict)
}

func TestDelete(t *testing.T) {
	r := newRig(t)
	r.create(as)
	got, err := r.Delete(t.Context(), shop)
	require.NoError(t, err)
	assert.Equal(t, "Shop", got.Name)
	_, err = r.Delete(t.Context(), shop)
	require.ErrorAs(t, err, new(*registry.NotFoundError))
}

func TestOrganizations(t *testing.T) {
	r := newRig(t)
	acme := Target{ID: "acme"}
	got, err := r.UpdateOrganization(t.Context(), acme, func(o *token.Organization) {
		o.ID, o.Name, o.SpansPerMinute = "other", "Acme Inc.", new(int64(60))
	})
	require.NoError(t, err)
	assert.Equal(t, token.Organization{ID: "acme", Name: "Acme Inc.", SpansPerMinute: new(int64(60))}, got)
	_, err = r.UpdateOrganization(t.Context(), acme, func(o *token.Organization) { o.SpansPerMinute = new(int64(-1)) })
	require.ErrorAs(t, err, new(*InvalidError))
	_, err = r.CreateOrganization(t.Context(), token.Organization{ID: "acme"})
	require.ErrorAs(t, err, new(*registry.ConflictError))

	r.create(as)
	var used *InUseError
	_, err = r.DeleteOrganization(t.Context(), acme)
	require.ErrorAs(t, err, &used)
	assert.Equal(t, []string{"shop"}, used.Tokens)
	_, err = r.Delete(t.Context(), shop)
	require.NoError(t, err)
	_, err = r.DeleteOrganization(t.Context(), acme)
	require.NoError(t, err)
	_, err = r.DeleteOrganization(t.Context(), acme)
	require.ErrorAs(t, err, new(*registry.NotFoundError))
}

// done lists what the audit says, in order, all of it by the operator of the rig: "created token shop".
func (r *rig) done() []string {
	r.t.Helper()
	entries, err := r.Audit(r.t.Context(), audit.Query{OldestFirst: true})
	require.NoError(r.t, err)
	var list []string
	for _, e := range entries {
		list = append(list, fmt.Sprint(e.Action, " ", e.Kind, " ", e.Record))
		require.Equal(r.t, []string{"cli:jo", "desk"}, []string{e.By, e.From})
		require.Equal(r.t, r.clock.UTC().Truncate(time.Millisecond), e.At)
	}
	return list
}

func TestWhatIsDoneIsNoted(t *testing.T) {
	r := newRig(t)
	r.create(as)
	for _, do := range []func(){
		func() { _, _ = r.Update(t.Context(), shop, func(t *token.Token) { t.Name = "New" }) },
		func() { _, _ = r.Rotate(t.Context(), shop, time.Hour) },
		func() { _, _ = r.Disable(t.Context(), shop) },
		func() { _, _ = r.Disable(t.Context(), shop) },
		func() { _, _ = r.Enable(t.Context(), shop) },
		func() {
			_, _ = r.UpdateOrganization(t.Context(), Target{ID: "acme"}, func(o *token.Organization) { o.Name = "New" })
		},
		func() { _, _ = r.DeleteOrganization(t.Context(), Target{ID: "acme"}) },
		func() { _, _ = r.Delete(t.Context(), shop) },
		func() { _, _ = r.DeleteOrganization(t.Context(), Target{ID: "acme"}) },
	} {
		do()
	}
	assert.Equal(t, []string{
		"created organization acme", "created token shop", "changed token shop", "rotated token shop", "disabled token shop",
		"enabled token shop", "changed organization acme", "deleted token shop", "deleted organization acme",
	}, r.done())
}
