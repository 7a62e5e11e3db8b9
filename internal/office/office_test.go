// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office/officetest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

func onBoth(t *testing.T, test func(*testing.T, *officetest.World)) {
	t.Helper()
	for name, place := range officetest.Places {
		t.Run(name, func(t *testing.T) { test(t, officetest.New(t, place(t))) })
	}
}

// assertSame compares what people see. Warnings hold functions, which are never equal.
func assertSame(t *testing.T, want, got office.Token) {
	t.Helper()
	text, err := json.Marshal(want)
	require.NoError(t, err)
	same, err := json.Marshal(got)
	require.NoError(t, err)
	assert.JSONEq(t, string(text), string(same))
}

// What somebody has done they see at once, in lists, too.
func TestChangesAreSeenAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *officetest.World) {
		t.Helper()
		ctx := t.Context()
		issued, err := w.CreateToken(ctx, officetest.Manager, "acme", token.Token{ID: "new", Kind: token.KindWeb})
		require.NoError(t, err)
		assert.Equal(t, "max", issued.CreatedBy)
		_, known := w.Registry.Lookup(token.DigestOf(issued.Secret))
		assert.True(t, known)
		seen, err := w.Token(ctx, officetest.Viewer, "acme", "new")
		require.NoError(t, err)
		assertSame(t, issued.Token, seen)

		rotated, err := w.RotateToken(ctx, officetest.Manager, "acme", office.Target{ID: "new"}, time.Hour)
		require.NoError(t, err)
		_, known = w.Registry.Lookup(token.DigestOf(rotated.Secret))
		assert.True(t, known)
		require.Len(t, rotated.Secrets, 2)
		assert.WithinDuration(t, time.Now().Add(time.Hour), rotated.Secrets[0].ExpiresAt, time.Minute)
		assert.NotEqual(t, issued.Revision, rotated.Revision)

		disabled, err := w.DisableToken(ctx, officetest.Manager, "acme", office.Target{ID: "new", Revision: rotated.Revision})
		require.NoError(t, err)
		list, err := w.Tokens(ctx, officetest.Viewer, "acme", office.TokenQuery{Text: "NEW"})
		require.NoError(t, err)
		require.Len(t, list.Items, 1)
		assertSame(t, disabled, list.Items[0].Token)
		assert.True(t, disabled.Disabled)

		require.NoError(t, w.DeleteToken(ctx, officetest.Manager, "acme", office.Target{ID: "new"}))
		_, known = w.Registry.Lookup(token.DigestOf(rotated.Secret))
		assert.False(t, known)
		_, err = w.Token(ctx, officetest.Viewer, "acme", "new")
		assert.Equal(t, &office.NotFoundError{Kind: "token", ID: "new"}, err)
	})
}

func TestOrganizations(t *testing.T) {
	onBoth(t, func(t *testing.T, w *officetest.World) {
		t.Helper()
		ctx := t.Context()
		created, err := w.CreateOrganization(ctx, officetest.Administrator, token.Organization{ID: "gamma"})
		require.NoError(t, err)
		all, err := w.Organizations(ctx, officetest.Administrator, "", office.Paging{})
		require.NoError(t, err)
		require.Len(t, all.Items, 3)
		assert.Equal(t, office.ListedOrganization{ID: "gamma", Revision: created.Revision}, all.Items[2])
		assert.Equal(t, 2, all.Items[0].Tokens)
		mine, err := w.Organizations(ctx, officetest.Manager, "", office.Paging{})
		require.NoError(t, err)
		require.Len(t, mine.Items, 1)
		assert.Equal(t, token.RoleManager, mine.Items[0].Role)

		limited, err := w.UpdateOrganization(ctx, officetest.Owner, office.Target{ID: "acme"}, func(o *token.Organization) {
			o.SpansPerMinute, o.Members, o.ID = new(int64(7)), nil, "other"
		})
		require.NoError(t, err)
		assert.Equal(t, int64(7), *limited.SpansPerMinute)
		assert.Len(t, limited.Members, 3, "members have ways of their own")
		seen, err := w.Organization(ctx, officetest.Owner, "acme")
		require.NoError(t, err)
		assert.Equal(t, limited, seen)

		err = w.DeleteOrganization(ctx, officetest.Administrator, office.Target{ID: "acme"})
		assert.Equal(t, &lifecycle.InUseError{ID: "acme", Tokens: []string{"shop-app", "shop-web"}}, err)
		require.NoError(t, w.DeleteOrganization(ctx, officetest.Administrator, office.Target{ID: "gamma"}))
		_, err = w.Organization(ctx, officetest.Administrator, "gamma")
		assert.Equal(t, &office.NotFoundError{Kind: "organization", ID: "gamma"}, err)
	})
}

func TestMembers(t *testing.T) {
	w := officetest.New(t, officetest.File(t))
	ctx, acme := t.Context(), office.Target{ID: "acme"}
	_, err := w.RemoveMember(ctx, officetest.Owner, acme, "olga")
	assert.Equal(t, &office.LastOwnerError{User: "olga"}, err)
	_, err = w.SetMember(ctx, officetest.Owner, acme, token.Member{User: "olga", Role: token.RoleViewer})
	assert.Equal(t, &office.LastOwnerError{User: "olga"}, err)
	_, err = w.RemoveMember(ctx, officetest.Owner, acme, "nobody")
	assert.Equal(t, &office.NotFoundError{Kind: "member", ID: "nobody"}, err)
	_, err = w.SetMember(ctx, officetest.Owner, acme, token.Member{User: "new", Role: "king", Email: "new"})
	var invalid *lifecycle.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 2)
	assert.Equal(t, "role", invalid.Faults[0].Field, "of what was sent")
	assert.Equal(t, "email", invalid.Faults[1].Field)

	_, err = w.SetMember(ctx, officetest.Owner, acme, token.Member{User: "max", Role: token.RoleOwner})
	require.NoError(t, err)
	left, err := w.RemoveMember(ctx, officetest.Owner, acme, "olga")
	require.NoError(t, err, "another owner stays")
	assert.Equal(t, []token.Member{{User: "max", Role: token.RoleOwner}, {User: "vic", Role: token.RoleViewer}}, left.Members)
	_, err = w.Organization(ctx, officetest.Owner, "acme")
	require.ErrorAs(t, err, new(*office.NotFoundError), "who isn't a member any more sees nothing")
	left, err = w.RemoveMember(ctx, officetest.Administrator, acme, "max")
	require.NoError(t, err, "administrators may leave an organization to itself")
	assert.Len(t, left.Members, 1)
}

// Nobody can take a name by which what they do looks like somebody else's.
func TestAuthors(t *testing.T) {
	w := officetest.New(t, officetest.File(t))
	ctx := t.Context()
	for user, author := range map[string]string{
		"jo": "jo", "profile": "profile", "file": "api:file", "file\u00a0": "api:file\u00a0", "cli:root": "api:cli:root",
		"CLI:root": "api:CLI:root", "api:jo": "api:api:jo",
	} {
		p := office.Person{User: user, Administrator: true}
		issued, err := w.CreateToken(ctx, p, "acme", token.Token{Kind: token.KindWeb})
		require.NoError(t, err)
		assert.Equal(t, author, issued.CreatedBy)
		last, err := w.Audit(ctx, p, "acme", office.AuditQuery{Limit: 1})
		require.NoError(t, err)
		assert.Equal(t, author, last.Entries[0].By)
	}
}

// A token moves only between organizations in both of which the person may change tokens.
func TestMove(t *testing.T) {
	inBeta := func(role token.Role) token.Member { return token.Member{User: "max", Role: role} }
	w := officetest.New(t, officetest.File(t))
	ctx := t.Context()
	move := func(p office.Person) error {
		_, err := w.UpdateToken(ctx, p, "acme", office.Target{ID: "shop-web"}, func(t *token.Token) { t.Organization = "beta" })
		return err
	}
	var invalid *lifecycle.InvalidError
	require.ErrorAs(t, move(officetest.Manager), &invalid, "beta isn't known to a stranger")
	assert.Equal(t, "organization", invalid.Faults[0].Field)
	_, err := w.SetMember(ctx, officetest.Outsider, office.Target{ID: "beta"}, inBeta(token.RoleViewer))
	require.NoError(t, err)
	require.ErrorAs(t, move(officetest.Manager), new(*office.ForbiddenError))
	_, err = w.SetMember(ctx, officetest.Outsider, office.Target{ID: "beta"}, inBeta(token.RoleManager))
	require.NoError(t, err)
	require.NoError(t, move(officetest.Manager))
	_, err = w.Token(ctx, officetest.Outsider, "beta", "shop-web")
	require.NoError(t, err)
	assert.ErrorAs(t, move(officetest.Manager), new(*office.NotFoundError), "it isn't in acme any more")
}

func TestConflicts(t *testing.T) {
	onBoth(t, func(t *testing.T, w *officetest.World) {
		t.Helper()
		ctx := t.Context()
		old := w.StoredToken(t, "shop-web").Revision
		named := office.Target{ID: "shop-web", Revision: old}
		_, err := w.DisableToken(ctx, officetest.Manager, "acme", named)
		require.NoError(t, err)
		stale := &office.StaleError{Kind: "token", ID: "shop-web"}
		_, err = w.EnableToken(ctx, officetest.Manager, "acme", named)
		assert.Equal(t, stale, err)
		_, err = w.RotateToken(ctx, officetest.Manager, "acme", named, 0)
		assert.Equal(t, stale, err)
		assert.Equal(t, stale, w.DeleteToken(ctx, officetest.Manager, "acme", named))
		_, err = w.CreateToken(ctx, officetest.Manager, "acme", token.Token{ID: "shop-app", Kind: token.KindWeb})
		assert.Equal(t, &registry.ConflictError{Kind: "token", ID: "shop-app", Problem: registry.ConflictExists}, err)

		organization := office.Target{ID: "acme", Revision: w.StoredOrganization(t, "acme").Revision}
		_, err = w.SetMember(ctx, officetest.Owner, organization, token.Member{User: "new", Role: token.RoleViewer})
		require.NoError(t, err)
		_, err = w.RemoveMember(ctx, officetest.Owner, organization, "new")
		assert.Equal(t, &office.StaleError{Kind: "organization", ID: "acme"}, err)
	})
}

// Somebody who loses a role between the look at it and the write has lost the write, too.
func TestRightsAreThoseOfTheVersionWritten(t *testing.T) {
	w := officetest.New(t, officetest.File(t))
	ctx := t.Context()
	manager := token.Member{User: "max", Role: token.RoleManager}
	_, err := w.SetMember(ctx, officetest.Outsider, office.Target{ID: "beta"}, manager)
	require.NoError(t, err)
	_, err = w.UpdateToken(ctx, officetest.Manager, "acme", office.Target{ID: "shop-web"}, func(*token.Token) {
		_, err := w.UpdateToken(ctx, officetest.Manager, "acme", office.Target{ID: "shop-web"}, func(t *token.Token) {
			t.Organization = "beta"
		})
		require.NoError(t, err)
	})
	assert.ErrorAs(t, err, new(*registry.ConflictError))
}

// What others have done to an organization since it was looked at is not undone.
func TestOrganizationsLoseNoChange(t *testing.T) {
	w := officetest.New(t, officetest.File(t))
	ctx, acme := t.Context(), office.Target{ID: "acme"}
	_, err := w.UpdateOrganization(ctx, officetest.Owner, acme, func(*token.Organization) {
		_, err := w.RemoveMember(ctx, officetest.Owner, acme, "vic")
		require.NoError(t, err)
	})
	require.ErrorAs(t, err, new(*registry.ConflictError))
	assert.Len(t, w.StoredOrganization(t, "acme").Members, 2)
}

func TestReadOnly(t *testing.T) {
	file := officetest.File(t)
	writable := officetest.New(t, file)
	readOnly := office.New(office.Options{
		Registry: writable.Registry, Usage: writable.Counted,
		Store: filestore.Open(file.String(), filestore.Options{ReadOnly: true}),
	})
	_, err := readOnly.DisableToken(t.Context(), officetest.Manager, "acme", office.Target{ID: "shop-web"})
	require.ErrorIs(t, err, registry.ErrReadOnly)
	_, err = readOnly.Token(t.Context(), officetest.Viewer, "acme", "shop-web")
	assert.NoError(t, err)
}

// Nothing that is shown has a secret, or its digest.
func TestNothingShowsSecrets(t *testing.T) {
	w := officetest.New(t, officetest.File(t))
	ctx := t.Context()
	one, err := w.Token(ctx, officetest.Administrator, "acme", "shop-web")
	require.NoError(t, err)
	list, err := w.Tokens(ctx, officetest.Administrator, "acme", office.TokenQuery{Usage: usage.LastDay(time.Now())})
	require.NoError(t, err)
	updated, err := w.DisableToken(ctx, officetest.Administrator, "acme", office.Target{ID: "shop-web"})
	require.NoError(t, err)
	for _, shown := range []office.Token{one, list.Items[0].Token, updated} {
		assert.Nil(t, shown.Token.Secrets, "nor has what pages are made from")
	}
	text, err := json.Marshal([]any{one, list, updated})
	require.NoError(t, err)
	assert.Contains(t, string(text), w.Secrets[0][60:], "hints are shown")
	for _, secret := range w.Secrets {
		assert.NotContains(t, string(text), secret)
		digest := token.DigestOf(secret)
		assert.NotContains(t, string(text), digest.String())
	}
	assert.NotContains(t, string(text), "sha256")
}

func TestLastUse(t *testing.T) {
	w := officetest.New(t, officetest.File(t))
	ctx, at := t.Context(), time.Now().UTC().Truncate(time.Second)
	rotated, err := w.RotateToken(ctx, officetest.Manager, "acme", office.Target{ID: "shop-web"}, time.Hour)
	require.NoError(t, err)
	require.NoError(t, w.Counted.Add(ctx, &usage.Batch{Time: at, Deltas: []usage.Delta{{
		Subject: usage.Subject{Organization: "acme", Token: "shop-web"}, Counts: usage.Counts{Admitted: 7},
		Used: true, Secrets: []usage.SecretKey{usage.KeyOf(token.DigestOf(rotated.Secret))},
	}}}))
	seen, err := w.Token(ctx, officetest.Viewer, "acme", "shop-web")
	require.NoError(t, err)
	assert.Equal(t, at, seen.LastUsedAt)
	assert.Zero(t, seen.Secrets[0].LastUsedAt)
	assert.Equal(t, at, seen.Secrets[1].LastUsedAt)
	used, err := w.TokenUsage(ctx, officetest.Viewer, "acme", "shop-web", usage.LastDay(at))
	require.NoError(t, err)
	assert.Equal(t, int64(7), used.Totals.Admitted)
}

// As long as the registry hasn't been there, nobody is told that something is not there.
func TestNothingKnownYet(t *testing.T) {
	store := officetest.File(t)
	o := office.New(office.Options{Registry: registry.New(store.Source()), Store: store})
	_, err := o.Organizations(t.Context(), officetest.Administrator, "", office.Paging{})
	require.ErrorAs(t, err, new(*office.UnavailableError))
	_, err = o.Token(t.Context(), officetest.Administrator, "acme", "shop-web")
	assert.ErrorAs(t, err, new(*office.UnavailableError))
}
