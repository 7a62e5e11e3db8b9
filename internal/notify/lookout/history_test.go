// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lookout

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// book is a registry with a history.
type book struct {
	entries       []audit.Entry
	tokens        map[string]*token.Token
	organizations map[string]*token.Organization
	away          error
}

func newBook() *book {
	return &book{
		tokens: map[string]*token.Token{"shop-web": {ID: "shop-web", Name: "Shop", Organization: "acme"}},
		organizations: map[string]*token.Organization{"acme": {ID: "acme", Name: "Acme Inc.", Members: []token.Member{
			{User: "ann", Role: token.RoleOwner, Email: "ann@example.com"},
			{User: "ben", Role: token.RoleManager, Email: "ben@example.com"},
			{User: "vic", Role: token.RoleViewer, Email: "vic@example.com"},
		}}},
	}
}

func (b *book) Audit(_ context.Context, q audit.Query) ([]audit.Entry, error) {
	return q.Select(b.entries), b.away
}

func (b *book) Token(_ context.Context, id string) (registry.Token, error) {
	if t, ok := b.tokens[id]; ok && b.away == nil {
		return registry.Token{Token: t}, nil
	}
	return registry.Token{}, cmpErr(b.away, &registry.NotFoundError{Kind: "token", ID: id})
}

func (b *book) Organization(_ context.Context, id string) (registry.Organization, error) {
	if o, ok := b.organizations[id]; ok && b.away == nil {
		return registry.Organization{Organization: o}, nil
	}
	return registry.Organization{}, cmpErr(b.away, &registry.NotFoundError{Kind: "organization", ID: id})
}

func cmpErr(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// did adds an entry of what was done so long after noon.
func (b *book) did(after time.Duration, e audit.Entry) {
	at := noon.Add(after)
	e.At = at
	e.ID = audit.ID{Millis: uint64(at.UnixMilli())}
	if n := len(b.entries); n > 0 {
		e.ID = b.entries[n-1].ID.Next(at)
	}
	b.entries = append(b.entries, e)
}

func token1(action audit.Action, id string, fields ...audit.Fields) audit.Entry {
	e := audit.Entry{Action: action, Kind: audit.KindToken, Record: id, Organization: "acme", By: "cli:jo"}
	if len(fields) > 0 {
		e.Before = fields[0]
	}
	if len(fields) > 1 {
		e.After = fields[1]
	}
	return e
}

func fields(t *testing.T, text string) audit.Fields {
	t.Helper()
	var f audit.Fields
	require.NoError(t, json.Unmarshal([]byte(text), &f))
	return f
}

// silent reports nothing.
type silent struct{}

func (silent) Count(outbox.Channel, outbox.Outcome, int, error) {}
func (silent) State(string, error)                              {}

// counter counts what is dropped.
type counter struct {
	silent

	dropped map[outbox.Channel]int
}

func (c *counter) Count(channel outbox.Channel, o outbox.Outcome, n int, _ error) {
	if c.dropped == nil {
		c.dropped = map[outbox.Channel]int{}
	}
	if o == outbox.Dropped {
		c.dropped[channel] += n
	}
}

// bench is a lookout's surroundings, with a clock that the test sets.
type bench struct {
	Options

	t   *testing.T
	now time.Time
}

func newBench(t *testing.T, r Registry) *bench {
	t.Helper()
	b := &bench{t: t, now: noon}
	clock := func() time.Time { return b.now }
	b.Options = Options{
		Registry: r, Outbox: outbox.NewMemory(clock), Channels: outbox.Channels(), Kinds: notify.Kinds(),
		Reporter: silent{}, Now: clock, Served: func(func(*token.Token, *token.Organization)) {},
	}
	return b
}

// posted takes everything out of the outbox, and tells who gets which headline.
func (b *bench) posted() []string {
	b.t.Helper()
	var all []string
	for _, c := range outbox.Channels() {
		for {
			l, found, err := b.Outbox.Next(b.t.Context(), c, time.Minute)
			require.NoError(b.t, err)
			if !found {
				break
			}
			require.NoError(b.t, b.Outbox.Done(b.t.Context(), l))
			all = append(all, fmt.Sprintf("%s%s: %s", l.Channel, l.Recipient, l.Event.Headline()))
		}
	}
	slices.Sort(all)
	return all
}

// toAll is a headline for everybody who is told.
func toAll(headlines ...string) []string {
	var all []string
	for _, headline := range headlines {
		for _, to := range []string{"smtpann@example.com", "smtpben@example.com", "webhook"} {
			all = append(all, to+": "+headline)
		}
	}
	slices.Sort(all)
	return all
}

func TestWhatIsToldOfTheHistory(t *testing.T) {
	rotated := func(secrets string) audit.Entry {
		return token1(audit.Rotated, "shop-web", nil, fields(t, `{"secrets":`+secrets+`}`))
	}
	for name, test := range map[string]struct {
		entries []audit.Entry
		want    []string
	}{
		"deleted": {
			[]audit.Entry{token1(audit.Deleted, "old", fields(t, `{"name":"Old shop"}`))},
			toAll(`Client token "Old shop" of Acme Inc. was deleted`),
		},
		"rotated": {[]audit.Entry{rotated(`[]`)}, toAll(`Client token "Shop" of Acme Inc. has a new secret`)},
		"rotated and gone": {
			[]audit.Entry{token1(audit.Rotated, "gone")}, toAll(`Client token "gone" of Acme Inc. has a new secret`),
		},
		"too many to tell of each": {
			[]audit.Entry{{
				Action: audit.Changed, Kind: audit.KindOrganization, Record: "acme", Organization: "acme",
				Counts: &audit.Counts{Deleted: 200, Created: 3},
			}},
			toAll(`200 client tokens of Acme Inc. were deleted`),
		},
		"none deleted among many": {
			[]audit.Entry{{
				Action: audit.Imported, Kind: audit.KindOrganization, Record: "acme", Organization: "acme",
				Counts: &audit.Counts{Created: 300},
			}},
			nil,
		},
		"nothing to tell of": {
			[]audit.Entry{
				token1(audit.Created, "a"), token1(audit.Changed, "a"), token1(audit.Imported, "a"), token1(audit.Disabled, "a"),
				token1(audit.Enabled, "a"),
				{Action: audit.Deleted, Kind: audit.KindOrganization, Record: "acme", Organization: "acme"},
				{Action: audit.Replaced, Kind: audit.KindRegistry, Counts: &audit.Counts{Deleted: 3}},
			},
			nil,
		},
		"several in one act": {
			[]audit.Entry{
				token1(audit.Deleted, "a"), token1(audit.Deleted, "b"), token1(audit.Created, "c"), token1(audit.Deleted, "d"),
			},
			toAll(`3 client tokens of Acme Inc. were deleted`),
		},
		"an organization that nobody knows": {
			[]audit.Entry{{Action: audit.Deleted, Kind: audit.KindToken, Record: "a", Organization: "gone"}},
			[]string{`webhook: Client token "a" of gone was deleted`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newBook()
			b := newBench(t, r)
			h := newHistory(b.Options)
			for _, e := range test.entries {
				r.did(0, e)
			}
			require.NoError(t, h.read(t.Context()))
			assert.Equal(t, test.want, b.posted())
			require.NoError(t, h.read(t.Context()))
			require.NoError(t, newHistory(b.Options).read(t.Context()), "another collector")
			assert.Empty(t, b.posted(), "it is told once")
		})
	}
}

func TestActsAreToldApart(t *testing.T) {
	r := newBook()
	b := newBench(t, r)
	b.Channels = []outbox.Channel{outbox.Webhook}
	for _, act := range []struct {
		after  time.Duration
		by, id string
	}{
		{0, "jo", "a"}, {time.Second, "jo", "b"}, {time.Minute - 1, "jo", "c"}, // in one go
		{time.Minute, "jo", "d"},      // a minute after the first
		{time.Minute, "ann", "e"},     // somebody else
		{time.Minute + 1, "ann", "e"}, // it was there again
		{time.Minute + 10, "ann", "f"},
	} {
		e := token1(audit.Deleted, act.id)
		e.By = act.by
		r.did(act.after, e)
	}
	h := newHistory(b.Options)
	b.now = noon.Add(10 * time.Minute)
	require.NoError(t, h.read(t.Context()))
	assert.Equal(t, []string{
		`webhook: 2 client tokens of Acme Inc. were deleted`, `webhook: 3 client tokens of Acme Inc. were deleted`,
		`webhook: Client token "d" of Acme Inc. was deleted`, `webhook: Client token "e" of Acme Inc. was deleted`,
	}, b.posted())
}

func TestWhenTheOldSecretEnds(t *testing.T) {
	end := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	for secrets, want := range map[string]time.Time{
		`[]`: {},
		`[{"created_at":"2026-11-26T12:00:00Z"}]`: {},
		`[{"created_at":"2026-11-26T12:00:00Z"},
			{"created_at":"2026-01-01T00:00:00Z","expires_at":"2026-12-01T00:00:00Z"}]`: end,
		`[{"hint":"x","expires_at":"2026-12-01T00:00:00Z"},
			{"created_at":"2026-11-26T12:00:00Z","expires_at":"2027-12-01T00:00:00Z"}]`: end,
		`"(9000 bytes)"`: {},
	} {
		assert.Equal(t, want, olderSecretsEnd(fields(t, `{"secrets":`+secrets+`}`)), secrets)
	}
}

func TestWhereTheHistoryBegins(t *testing.T) {
	r := newBook()
	r.did(-time.Hour, token1(audit.Deleted, "before"))
	r.did(-30*time.Second, token1(audit.Deleted, "just-before"))
	b := newBench(t, r)
	require.NoError(t, newHistory(b.Options).read(t.Context()))
	assert.Equal(t, toAll(`Client token "just-before" of Acme Inc. was deleted`), b.posted(),
		"the first start tells nothing old")

	r.did(time.Hour, token1(audit.Deleted, "long-ago"))
	r.did(time.Hour, token1(audit.Created, "long-ago"))
	r.did(80*time.Hour, token1(audit.Deleted, "on-the-weekend"))
	b.now = noon.Add(100 * time.Hour)
	said := &counter{}
	b.Reporter = said
	require.NoError(t, newHistory(b.Options).read(t.Context()))
	assert.Equal(t, toAll(`Client token "on-the-weekend" of Acme Inc. was deleted`), b.posted(),
		"while all collectors were down")
	assert.Equal(t, map[outbox.Channel]int{outbox.SMTP: 1, outbox.Webhook: 1}, said.dropped, "nothing is lost in silence")
}

func TestWhoWasInAnOrganizationThatIsGone(t *testing.T) {
	before := fields(t, `{"name":"Acme Inc.","members":[{"user":"ann","role":"owner","email":"ann@example.com"},
		{"user":"vic","role":"viewer","email":"vic@example.com"}]}`)
	ofAcme := audit.Entry{Kind: audit.KindOrganization, Record: "acme", Organization: "acme", Before: before}
	deleted, oneOfMany := ofAcme, ofAcme
	deleted.Action = audit.Deleted
	oneOfMany.Action, oneOfMany.Counts = audit.Replaced, &audit.Counts{Deleted: 151}
	shop := token1(audit.Deleted, "shop-web", fields(t, `{"name":"Shop"}`))
	for headline, entries := range map[string][]audit.Entry{
		`Client token "Shop" of Acme Inc. was deleted`: {shop, deleted},
		`150 client tokens of Acme Inc. were deleted`:  {oneOfMany},
	} {
		r := newBook()
		b := newBench(t, r)
		for i, e := range entries {
			r.did(time.Duration(i)*time.Second, e)
		}
		delete(r.organizations, "acme")
		require.NoError(t, newHistory(b.Options).read(t.Context()))
		assert.Equal(t, []string{"smtpann@example.com: " + headline, "webhook: " + headline}, b.posted())
	}
}

// What can't be told completely now is told later.
func TestARegistryThatIsAwayLosesNothing(t *testing.T) {
	r := newBook()
	b := newBench(t, r)
	h := newHistory(b.Options)
	r.did(0, token1(audit.Deleted, "shop-web", fields(t, `{"name":"Shop"}`)))
	require.NoError(t, h.find(t.Context()))
	r.away = registry.ErrUnavailable
	require.Error(t, h.read(t.Context()))
	_, _, err := h.deliveries(t.Context(), r.entries)
	require.Error(t, err, "not even if only the record can't be read")
	r.away = nil
	require.NoError(t, h.read(t.Context()))
	assert.Len(t, b.posted(), 3)
}

func TestOnlyWhatIsWanted(t *testing.T) {
	r := newBook()
	b := newBench(t, r)
	b.Kinds, b.Channels = []notify.Kind{notify.Rotated}, []outbox.Channel{outbox.SMTP}
	r.did(0, token1(audit.Deleted, "a"))
	r.did(time.Second, token1(audit.Rotated, "shop-web"))
	b.now = noon.Add(10 * time.Second)
	require.NoError(t, newHistory(b.Options).read(t.Context()))
	headline := `Client token "Shop" of Acme Inc. has a new secret`
	assert.Equal(t, []string{"smtpann@example.com: " + headline, "smtpben@example.com: " + headline}, b.posted())
}

func TestEventsThatNobodyIsToldOf(t *testing.T) {
	r := newBook()
	b := newBench(t, r)
	said := &counter{}
	b.Reporter, b.Channels = said, []outbox.Channel{outbox.SMTP}
	r.organizations["acme"].Members = r.organizations["acme"].Members[2:]
	r.did(0, token1(audit.Deleted, "shop-web"))
	require.NoError(t, newHistory(b.Options).read(t.Context()))
	assert.Empty(t, b.posted(), "a viewer doesn't look after it")
	assert.Equal(t, map[outbox.Channel]int{outbox.SMTP: 1}, said.dropped)
}

func TestLongHistoriesAreReadToTheEnd(t *testing.T) {
	r := newBook()
	b := newBench(t, r)
	for i := range 3*page + 1 {
		r.did(time.Duration(i)*time.Millisecond, token1(audit.Deleted, fmt.Sprint("t", i)))
	}
	b.now = noon.Add(10 * time.Second)
	require.NoError(t, newHistory(b.Options).read(t.Context()))
	hundred := `100 client tokens of Acme Inc. were deleted`
	assert.Equal(t, toAll(hundred, hundred, hundred, `Client token "t300" of Acme Inc. was deleted`), b.posted())
}

// One record that can't be read holds nobody up.
func TestBrokenRecords(t *testing.T) {
	r := newBook()
	b := newBench(t, broken{r})
	acme := r.organizations["acme"]
	b.Served = func(visit func(*token.Token, *token.Organization)) { visit(r.tokens["shop-web"], acme) }
	h := newHistory(b.Options)
	r.did(0, token1(audit.Rotated, "shop-web"))
	r.did(time.Second, token1(audit.Deleted, "old"))
	require.NoError(t, h.read(t.Context()))
	assert.Equal(t, toAll(`Client token "shop-web" of Acme Inc. has a new secret`,
		`Client token "old" of Acme Inc. was deleted`), b.posted())
}

// broken has records that can't be read.
type broken struct{ *book }

func (broken) Token(context.Context, string) (registry.Token, error) {
	return registry.Token{}, &registry.FaultsError{}
}

func (broken) Organization(context.Context, string) (registry.Organization, error) {
	return registry.Organization{}, &registry.FaultsError{}
}
