// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office/officetest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

const shopPage = "/o/acme/t/shop-web"

// page is a row of the matrix of pages: a link or a form, and how everybody is answered.
type page struct {
	path     string
	form     url.Values // nil: a link
	statuses [6]int     // of everybody
	writes   bool
}

var (
	forMembers   = [6]int{200, 200, 200, 200, 404, 401}
	forManagers  = [6]int{200, 200, 200, 403, 404, 401}
	forOwners    = [6]int{200, 200, 403, 403, 404, 401}
	createdByOne = [6]int{201, 201, 201, 403, 404, 401}
)

var pages = []page{
	{"/", nil, [6]int{200, 200, 200, 200, 200, 401}, false},
	{"/static/console.css", nil, [6]int{200, 200, 200, 200, 200, 200}, false},
	{"/nothing", nil, [6]int{404, 404, 404, 404, 404, 401}, false},
	{"/new", nil, [6]int{200, 403, 403, 403, 403, 401}, false},
	{"/new", form("id", "new", "user", "olga"), [6]int{200, 403, 403, 403, 403, 401}, true},

	{"/o/acme", nil, forMembers, false},
	{"/o/acme/audit", nil, forMembers, false},
	{"/o/acme/settings", nil, forMembers, false},
	{"/o/acme/settings", form("name", "New", "spans_per_minute", "7"), forOwners, true},
	{"/o/acme/members", form("user", "new", "role", "viewer"), forOwners, true},
	{"/o/acme/members/remove", form("user", "vic"), forOwners, true},
	{"/o/acme/origins", form("allowed_origins", "https://*.example.com"), forMembers, false},

	{"/o/acme/new", nil, forManagers, false},
	{"/o/acme/new", form("id", "new", "kind", "web", "bound", "any"), createdByOne, true},
	{shopPage, nil, forMembers, false},
	{shopPage + "/edit", nil, forManagers, false},
	{shopPage + "/edit", form("name", "New", "kind", "web", "allowed_origins", "https://new.example.com"), forManagers, true},
	{shopPage + "/rotate", nil, forManagers, false},
	{shopPage + "/rotate", form("grace", "24h"), forManagers, true},
	{shopPage + "/disable", form(), forManagers, true},
	{shopPage + "/enable", form(), forManagers, false},
	{shopPage + "/delete", nil, forManagers, false},
	{shopPage + "/delete", form("name", "Shop shop-web"), forManagers, true},
}

func form(namesAndValues ...string) url.Values {
	values := url.Values{}
	for i := 0; i < len(namesAndValues); i += 2 {
		values.Add(namesAndValues[i], namesAndValues[i+1])
	}
	return values
}

func (p page) String() string {
	if p.form == nil {
		return "GET " + p.path
	}
	return "POST " + p.path
}

// visit opens the page, or sends its form.
func (r *rig) visit(user string, p page, headers ...string) response {
	r.t.Helper()
	if p.form == nil {
		return r.as(user, http.MethodGet, p.path, "", headers...)
	}
	headers = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)
	return r.as(user, http.MethodPost, p.path, p.form.Encode()+"&", headers...)
}

// Every page answers everybody as it should, and every form does what it says, or nothing.
func TestWhoMayDoWhatOnPages(t *testing.T) {
	for _, p := range pages {
		t.Run(p.String(), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, officetest.File(t))
			beginning, err := r.Store.Contents(t.Context())
			require.NoError(t, err)
			for i, person := range everybody {
				want := p.statuses[i]
				answer := r.visit(person.User, p)
				assert.Equal(t, want, answer.StatusCode, "as %q: %s", person.User, answer.text)
				after, err := r.Store.Contents(t.Context())
				require.NoError(t, err)
				changed := textOf(t, beginning) != textOf(t, after)
				assert.Equal(t, p.writes && want < 300, changed, "as %q", person.User)
				if changed {
					r.assertSigned(person)
					require.NoError(t, r.Store.Replace(t.Context(), audit.Act{}, beginning))
					r.awaitServed()
				}
			}
		})
	}
}

// Nobody is shown what they can't do.
func TestButtonsAreForThoseWhoMay(t *testing.T) {
	r := newRig(t, officetest.File(t))
	tests := []struct {
		path, offer string
		who         []string
	}{
		{"/o/acme", `href="/o/acme/new"`, []string{"ada", "olga", "max"}},
		{shopPage, `action="/o/acme/t/shop-web/disable"`, []string{"ada", "olga", "max"}},
		{shopPage, `href="/o/acme/t/shop-web/delete"`, []string{"ada", "olga", "max"}},
		{"/o/acme/settings", `action="/o/acme/members"`, []string{"ada", "olga"}},
		{"/o/acme/settings", `name="spans_per_minute"`, []string{"ada", "olga"}},
		{"/", `href="/new"`, []string{"ada"}},
	}
	for _, tt := range tests {
		var offered []string
		for _, user := range []string{"ada", "olga", "max", "vic"} {
			if strings.Contains(r.as(user, http.MethodGet, tt.path, "").text, tt.offer) {
				offered = append(offered, user)
			}
		}
		assert.Equal(t, tt.who, offered, "%s on %s", tt.offer, tt.path)
	}
}

// No form of another site does anything, whoever's browser sends it.
func TestFormsOfOtherSites(t *testing.T) {
	r := newRig(t, officetest.File(t))
	beginning, err := r.Store.Contents(t.Context())
	require.NoError(t, err)
	for _, p := range pages {
		if p.form == nil {
			continue
		}
		for _, site := range [][]string{
			{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
			{"Sec-Fetch-Site", "same-site", "Origin", "http://127.0.0.1:1"},
			{"Origin", "https://evil.example"},
			{"Origin", "null"},
		} {
			answer := r.visit(administrator, p, site...)
			assert.Equal(t, http.StatusForbidden, answer.StatusCode, "%s %v", p, site)
		}
	}
	after, err := r.Store.Contents(t.Context())
	require.NoError(t, err)
	assert.Equal(t, textOf(t, beginning), textOf(t, after))
}

// Whatever people and clients write, it is text on every page.
func TestPagesAreInert(t *testing.T) {
	const script = `'"></td><script>alert(1)</script>`
	r := newRig(t, officetest.File(t))
	for _, p := range []page{
		{path: "/o/acme/settings", form: form("name", script)},
		{path: "/o/acme/members", form: form("user", script, "role", "manager", "email", "")},
		{path: shopPage + "/edit", form: form(
			"name", script, "memo", script, "kind", "web", "bound", "any", "environment", script,
		)},
	} {
		answer := r.visit(owner, p)
		require.Equal(t, http.StatusOK, answer.StatusCode, answer.text)
	}
	theirs := page{path: "/o/acme/new", form: form("id", "theirs", "kind", "web", "bound", "any")}
	require.Equal(t, http.StatusCreated, r.visit(script, theirs).StatusCode)
	require.Equal(t, script, r.StoredToken(t, "theirs").CreatedBy)
	now := time.Now()
	require.NoError(t, r.Counted.Add(t.Context(), &usage.Batch{Time: now, Deltas: []usage.Delta{{
		Subject: usage.Subject{Organization: "acme", Token: "shop-web"}, Used: true,
		Origins: []usage.Origin{{Origin: script, Refused: 1}},
	}}}))
	said := 0
	for _, p := range append(pages,
		page{path: "/o/acme/t/theirs"},
		page{path: "/o/acme?q=" + url.QueryEscape(script)},
		page{path: "/o/acme?done=" + url.QueryEscape(script)},
		page{path: "/o/acme?environment=" + url.QueryEscape(script) + "&sort=" + url.QueryEscape(script)},
		page{path: "/o/acme?time=" + url.QueryEscape(script)},
		page{path: "/o/acme/audit?token=" + url.QueryEscape(script)},
		page{path: "/o/acme/t/" + url.PathEscape(script)},
		page{path: "/" + url.PathEscape(script)},
		page{path: "/o/acme/new", form: form("id", script, "name", script, "memo", script, "kind", script, "signals", script,
			"environment", script, "allowed_origins", script, "origin_mode", script, "spans_per_minute", script,
			"client_spans_per_minute", script, "expires_at", script)},
		page{path: "/o/acme/origins", form: form("allowed_origins", script)},
		page{path: "/o/acme/members", form: form("user", script, "role", script, "email", script)},
		page{path: "/new", form: form("id", script, "name", script, "spans_per_minute", script, "user", script, "email", script)},
	) {
		if p.writes {
			continue
		}
		text := r.visit(administrator, p).text + r.visit(script, p).text
		assert.NotContains(t, text, "<script>", p)
		said += strings.Count(text, "&lt;script&gt;")
	}
	assert.Greater(t, said, 50, "it was looked for where it is")
}

// Whoever has sent a form is told what was done, and a reload doesn't do it again.
func TestNotices(t *testing.T) {
	r := newRig(t, officetest.File(t))
	for _, tt := range []struct {
		page
		notice string
	}{
		{page{path: shopPage + "/disable", form: form()}, "The token is disabled"},
		{page{path: shopPage + "/enable", form: form()}, "The token is enabled"},
		{page{path: shopPage + "/edit", form: form("name", "New", "kind", "web", "bound", "any")}, "Saved."},
		{page{path: "/o/acme/members", form: form("user", "new", "role", "viewer")}, "Saved."},
		{page{path: "/o/acme/members/remove", form: form("user", "new")}, "The member is removed"},
		{page{path: shopPage + "/delete", form: form("name", "New")}, "The token is deleted"},
		{page{path: "/new", form: form("id", "new")}, "The organization is there"},
	} {
		said := r.visit(administrator, tt.page)
		assert.Equal(t, http.MethodGet, said.Request.Method, tt.page)
		assert.Regexp(t, `role="status"[^>]*>`+tt.notice, said.text, tt.page)
		assert.NotContains(t, said.text, "done=", "links lead on without it")
	}
}

// A page that says why there is no other leads on.
func TestFailuresLeadOn(t *testing.T) {
	r := newRig(t, officetest.File(t))
	for _, tt := range []struct {
		page
		leads string
	}{
		{page{path: shopPage + "/rotate", form: form("revision", "1")}, shopPage},
		{page{path: "/o/acme/t/none"}, "/o/acme"},
		{page{path: "/o/acme/members/remove", form: form("user", "olga")}, "/o/acme"},
		{page{path: "/o/none"}, "/"},
		{page{path: "/none"}, "/"},
	} {
		assert.Contains(t, r.visit(owner, tt.page).text, `<a class="button break" href="`+tt.leads+`">Back to `, tt.page)
	}
}

var (
	secretShown = regexp.MustCompile(`id="secret">(ct[0-9A-Za-z]{62})<`)
	revision    = regexp.MustCompile(`name="revision" value="([0-9]+)"`)
	newID       = regexp.MustCompile(`name="id"[^>]* value="(t-[a-z2-7]{10})"`)
)

func found(t *testing.T, in *regexp.Regexp, text string) string {
	t.Helper()
	groups := in.FindStringSubmatch(text)
	require.NotNil(t, groups, "%s: %s", in, text)
	return groups[1]
}

// A form that is sent twice makes one token, and one secret. A secret is on no other page, and in no cache.
func TestFormsSentTwice(t *testing.T) {
	r := newRig(t, officetest.File(t))
	id := found(t, newID, r.as(owner, http.MethodGet, "/o/acme/new", "").text)
	create := page{path: "/o/acme/new", form: form("id", id, "kind", "web", "bound", "any", "name", "Twice")}
	first := r.visit(owner, create)
	require.Equal(t, http.StatusCreated, first.StatusCode)
	assert.Equal(t, "no-store", first.Header.Get("Cache-Control"))
	secret := found(t, secretShown, first.text)
	second := r.visit(owner, create)
	assert.Equal(t, http.StatusUnprocessableEntity, second.StatusCode)
	assert.Contains(t, second.text, "If you have sent the form twice")
	assert.NotContains(t, second.text, secret)

	path := "/o/acme/t/" + id
	asked := r.as(owner, http.MethodGet, path+"/rotate", "").text
	rotate := page{path: path + "/rotate", form: form("grace", "24h", "revision", found(t, revision, asked))}
	assert.NotEqual(t, secret, found(t, secretShown, r.visit(owner, rotate).text))
	again := r.visit(owner, rotate)
	assert.Equal(t, http.StatusConflict, again.StatusCode)
	assert.NotRegexp(t, secretShown, again.text)
	assert.Len(t, r.StoredToken(t, id).Secrets, 2)
	for _, p := range []string{path, path + "/edit", "/o/acme", "/o/acme/audit"} {
		assert.NotContains(t, r.as(owner, http.MethodGet, p, "").text, secret)
	}
}

// What was typed is there again, with what is wrong with it at the field.
func TestWrongValuesStay(t *testing.T) {
	r := newRig(t, officetest.File(t))
	values := form("id", "Shop!", "name", "My name", "memo", "My memo", "kind", "mobile", "environment", "my-environment",
		"allowed_origins", "https://*.co.uk\nhttps://fine.example.com", "spans_per_minute", "many",
		"client_spans_per_minute", "-1",
		"expires_at", "2026-02-31")
	said := r.visit(owner, page{path: "/o/acme/new", form: values})
	assert.Equal(t, http.StatusUnprocessableEntity, said.StatusCode)
	for _, want := range []string{
		`value="Shop!"`, `value="My name"`, `value="My memo"`, `value="mobile" checked`, `value="my-environment"`,
		"https://*.co.uk\nhttps://fine.example.com", `value="many" aria-invalid="true"`, `value="-1"`,
		`value="2026-02-31" aria-invalid="true"`,
	} {
		assert.Contains(t, said.text, want)
	}
	values.Set("spans_per_minute", "6,000")
	values.Set("expires_at", "")
	said = r.visit(owner, page{path: "/o/acme/new", form: values})
	assert.Equal(t, http.StatusUnprocessableEntity, said.StatusCode)
	assert.Contains(t, said.text, `id="allowed_origins-fault"`, "what the registry says")
	assert.Contains(t, said.text, `id="id-fault"`)

	said = r.visit(owner, page{path: "/o/acme/settings", form: form("name", "Kept", "spans_per_minute", "few")})
	assert.Equal(t, http.StatusUnprocessableEntity, said.StatusCode)
	assert.Contains(t, said.text, `value="Kept"`)
	said = r.visit(administrator, page{path: "/new", form: form("id", "acme", "name", "Kept")})
	assert.Equal(t, http.StatusUnprocessableEntity, said.StatusCode)
	assert.Contains(t, said.text, `value="Kept"`)
}

// Who edits what another one has changed is told, and keeps what was typed.
func TestStaleForm(t *testing.T) {
	r := newRig(t, officetest.File(t))
	seen := found(t, revision, r.as(owner, http.MethodGet, shopPage+"/edit", "").text)
	edit := page{path: shopPage + "/edit", form: form("revision", seen, "name", "Mine", "kind", "web", "bound", "any")}
	theirs := page{path: edit.path, form: form("revision", seen, "name", "Theirs", "kind", "web", "bound", "any")}
	require.Equal(t, http.StatusOK, r.visit("max", theirs).StatusCode)
	said := r.visit(owner, edit)
	assert.Equal(t, http.StatusConflict, said.StatusCode)
	assert.Contains(t, said.text, "Somebody was faster")
	assert.Contains(t, said.text, `value="Mine"`)
	assert.Equal(t, "Theirs", r.StoredToken(t, "shop-web").Name)

	edit.form.Set("revision", found(t, revision, said.text))
	require.Equal(t, http.StatusOK, r.visit(owner, edit).StatusCode)
	assert.Equal(t, "Mine", r.StoredToken(t, "shop-web").Name)
}

// What a form doesn't show stays: a time to the second, and whether it is disabled.
func TestEditKeepsTheRest(t *testing.T) {
	r := newRig(t, officetest.File(t))
	r.as(owner, http.MethodPatch, "/api/v1"+shopWeb, `{"expires_at": "2031-01-31T10:11:12Z", "disabled": true}`,
		"Content-Type", "application/merge-patch+json")
	before := r.StoredToken(t, "shop-web")
	require.Equal(t, http.StatusOK, r.visit(owner, page{path: shopPage + "/edit", form: form(
		"name", "New", "kind", "web", "environment", "production", "allowed_origins", "https://shop.example.com",
		"spans_per_minute", "6000", "signals", "traces", "expires_at", "2031-01-31",
	)}).StatusCode)
	after := r.StoredToken(t, "shop-web")
	want := *before.Token
	want.Name = "New"
	assert.Equal(t, want, *after.Token)
	assert.Equal(t, token.KindWeb, after.Kind)
}

func TestDeletionByName(t *testing.T) {
	r := newRig(t, officetest.File(t))
	for _, typed := range []string{"", "shop-web", "shop shop-web", "Shop shop-web "} {
		said := r.visit(owner, page{path: shopPage + "/delete", form: form("name", typed)})
		assert.Equal(t, http.StatusUnprocessableEntity, said.StatusCode)
		assert.Contains(t, said.text, "Nothing was deleted")
		r.StoredToken(t, "shop-web")
	}
	said := r.visit(owner, page{path: shopPage + "/delete", form: form("name", "Shop shop-web")})
	assert.Equal(t, "/o/acme", said.Request.URL.Path)
	assert.NotContains(t, said.text, shopPage)
}

func TestFormsAreBounded(t *testing.T) {
	r := newRig(t, officetest.File(t))
	said := r.visit(owner, page{path: "/o/acme/new", form: form("memo", strings.Repeat("x", 1<<20))})
	assert.Equal(t, http.StatusRequestEntityTooLarge, said.StatusCode)
}

// Origins are judged while they are typed, those of yesterday, too.
func TestOriginsAreChecked(t *testing.T) {
	r := newRig(t, officetest.File(t))
	require.NoError(t, r.Counted.Add(t.Context(), &usage.Batch{Time: time.Now(), Deltas: []usage.Delta{{
		Subject: usage.Subject{Organization: "acme", Token: "shop-web"},
		Origins: []usage.Origin{{Origin: "https://shop.example.com", Allowed: 3}, {Origin: "https://evil.example", Refused: 2}},
	}}}))
	for _, id := range []string{"", "shop-web"} {
		typed := form("allowed_origins", "https://*.example.com", "token", id)
		said := r.visit(viewer, page{path: "/o/acme/origins", form: typed}).text
		assert.Regexp(t, `let in</span> <code class="break">https://shop.example.com`, said)
		assert.Regexp(t, `refused</span> <code class="break">https://evil.example`, said)
	}
	typed := form("allowed_origins", "https://*.co.uk", "token", "shop-app")
	said := r.visit(viewer, page{path: "/o/acme/origins", form: typed}).text
	assert.Contains(t, said, "public suffix")
	assert.NotContains(t, said, "evil")
}

func TestStaticFiles(t *testing.T) {
	r := newRig(t, officetest.File(t))
	first := r.as(viewer, http.MethodGet, "/static/console.js", "")
	assert.Contains(t, first.Header.Get("Content-Type"), "javascript")
	second := r.as(viewer, http.MethodGet, "/static/console.js", "", "If-None-Match", first.Header.Get("ETag"))
	assert.Equal(t, http.StatusNotModified, second.StatusCode)
	for _, path := range []string{"/static/", "/static/../console.go", "/static/none.css"} {
		assert.Equal(t, http.StatusNotFound, r.as(viewer, http.MethodGet, path, "").StatusCode, path)
	}
}

// Without usage there is everything but figures.
func TestPagesWithoutUsage(t *testing.T) {
	r := newStoppedRig(t, officetest.File(t))
	r.host.extensions[tokensID] = uncounted{source{world: r.World}}
	require.NoError(t, r.admin.Start(t.Context(), r.host))
	for _, path := range []string{"/o/acme", "/o/acme?warning=any&sort=-refused", shopPage} {
		said := r.as(viewer, http.MethodGet, path, "")
		assert.Equal(t, http.StatusOK, said.StatusCode, path)
		assert.Contains(t, said.text, "Usage is not recorded", path)
	}
	said := r.visit(viewer, page{path: "/o/acme/origins", form: form("allowed_origins", "https://*.example.com")})
	assert.Contains(t, said.text, "This list can be used")
}

// uncounted is a source that doesn't count.
type uncounted struct{ source }

func (uncounted) Usage() usage.Reader { return nil }

// Of a token that writes no spans there is nothing to draw, and nothing that is said of it is about spans or origins.
func TestPagesOfTokensWithoutSpans(t *testing.T) {
	r := newRig(t, officetest.File(t))
	created := r.visit(owner, page{path: "/o/acme/new", form: form("id", "metrics", "kind", "remote_write")})
	require.Equal(t, http.StatusCreated, created.StatusCode, created.text)
	said := r.visit(viewer, page{path: "/o/acme/t/metrics"}).text
	assert.Contains(t, said, "this token may write none")
	for _, about := range []string{`class="plot"`, "<dt>Limit</dt>", "<dt>From</dt>", "Origins seen"} {
		assert.NotContains(t, said, about)
		assert.Contains(t, r.visit(viewer, page{path: shopPage}).text, about)
	}
	assert.Contains(t, r.visit(viewer, page{path: "/o/acme"}).text, "no spans")
}

// While two secrets work, everybody sees that somebody has to finish something.
func TestRotatingIsTold(t *testing.T) {
	const badge = `<span class="badge">rotating</span>`
	r := newRig(t, officetest.File(t))
	for _, path := range []string{shopPage, "/o/acme"} {
		assert.NotContains(t, r.visit(viewer, page{path: path}).text, badge)
	}
	for _, grace := range []string{"", "24", "-1h"} {
		refused := r.visit(owner, page{path: shopPage + "/rotate", form: form("grace", grace)})
		assert.Equal(t, http.StatusBadRequest, refused.StatusCode)
	}
	rotated := r.visit(owner, page{path: shopPage + "/rotate", form: form("grace", "24h")})
	require.Equal(t, http.StatusOK, rotated.StatusCode, rotated.text)
	for _, path := range []string{shopPage, "/o/acme"} {
		assert.Contains(t, r.visit(viewer, page{path: path}).text, badge)
	}
}

// Who gives up at the browser's prompt is told so in words, and programs in theirs.
func TestWhoIsNotSignedIn(t *testing.T) {
	r := newRig(t, officetest.File(t))
	for path, want := range map[string]string{
		"/": "text/html; charset=utf-8", shopPage: "text/html; charset=utf-8",
		"/api/v1/organizations": "application/problem+json",
	} {
		said := r.visit("", page{path: path})
		assert.Equal(t, http.StatusUnauthorized, said.StatusCode, path)
		assert.Equal(t, want, said.Header.Get("Content-Type"), path)
		assert.Contains(t, said.Header.Get("WWW-Authenticate"), "Basic realm=", path)
		assert.NotContains(t, said.text, "Shop")
	}
}
