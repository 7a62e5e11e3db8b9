// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office/officetest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// everybody are the people of the matrix, in the order of its columns. The last one doesn't say who they are.
var everybody = []office.Person{
	officetest.Administrator, officetest.Owner, officetest.Manager, officetest.Viewer, officetest.Outsider, {},
}

// endpoint is a row of the matrix: a request, and how everybody is answered.
type endpoint struct {
	operation string // as described, with {o} and {t} for /organizations/{organization} and {token}
	path      string
	body      string
	statuses  [6]int
	writes    bool // where it is allowed
}

const (
	organization = "/organizations/acme"
	tokens       = organization + "/tokens"
	shopWeb      = tokens + "/shop-web"
)

var matrix = []endpoint{
	// administrator, owner, manager, viewer, outsider, anonymous
	{"GET /openapi.yaml", "/openapi.yaml", "", [6]int{200, 200, 200, 200, 200, 401}, false},

	{"GET /organizations", "/organizations", "", [6]int{200, 200, 200, 200, 200, 401}, false},
	{"POST /organizations", "/organizations", `{"id": "new"}`, [6]int{201, 403, 403, 403, 403, 401}, true},
	{"GET /{o}", organization, "", [6]int{200, 200, 200, 200, 404, 401}, false},
	{"PATCH /{o}", organization, `{"spans_per_minute": 7}`, [6]int{200, 200, 403, 403, 404, 401}, true},
	{"DELETE /{o}", "/organizations/empty", "", [6]int{204, 403, 403, 403, 404, 401}, true},

	{"GET /{o}/members", organization + "/members", "", [6]int{200, 200, 200, 200, 404, 401}, false},
	{"PUT /{o}/members/{user}", organization + "/members/new", `{"role": "owner"}`, [6]int{200, 200, 403, 403, 404, 401}, true},
	{"DELETE /{o}/members/{user}", organization + "/members/vic", "", [6]int{204, 204, 403, 403, 404, 401}, true},

	{"GET /{o}/usage", organization + "/usage", "", [6]int{200, 200, 200, 200, 404, 401}, false},
	{"GET /{o}/audit", organization + "/audit", "", [6]int{200, 200, 200, 200, 404, 401}, false},

	{"GET /{o}/tokens", tokens + "?usage=24h", "", [6]int{200, 200, 200, 200, 404, 401}, false},
	{"POST /{o}/tokens", tokens, `{"id": "new", "kind": "web"}`, [6]int{201, 201, 201, 403, 404, 401}, true},
	{"GET /{o}/tokens/{t}", shopWeb, "", [6]int{200, 200, 200, 200, 404, 401}, false},
	{"PATCH /{o}/tokens/{t}", shopWeb, `{"name": "new"}`, [6]int{200, 200, 200, 403, 404, 401}, true},
	{"DELETE /{o}/tokens/{t}", shopWeb, "", [6]int{204, 204, 204, 403, 404, 401}, true},
	{"POST /{o}/tokens/{t}/rotate", shopWeb + "/rotate", "", [6]int{200, 200, 200, 403, 404, 401}, true},
	{"POST /{o}/tokens/{t}/disable", shopWeb + "/disable", "", [6]int{200, 200, 200, 403, 404, 401}, true},
	{"POST /{o}/tokens/{t}/enable", tokens + "/shop-app/enable", "", [6]int{200, 200, 200, 403, 404, 401}, true},
	{"GET /{o}/tokens/{t}/usage", shopWeb + "/usage", "", [6]int{200, 200, 200, 200, 404, 401}, false},
	{"GET /{o}/tokens/{t}/advice", shopWeb + "/advice", "", [6]int{200, 200, 200, 200, 404, 401}, false},
}

func (e endpoint) method() string {
	method, _, _ := strings.Cut(e.operation, " ")
	return method
}

func TestMatrixIsComplete(t *testing.T) {
	var rows []string
	names := strings.NewReplacer("/{o}", "/organizations/{organization}", "{t}", "{token}")
	for _, e := range matrix {
		rows = append(rows, names.Replace(e.operation))
	}
	assert.ElementsMatch(t, theContract(t).operations(), rows)
}

// Every endpoint answers everybody as it should, and does what it says, or nothing.
func TestWhoMayDoWhat(t *testing.T) {
	for name, place := range officetest.Places {
		for _, e := range matrix {
			t.Run(name+"/"+e.operation, func(t *testing.T) {
				t.Parallel()
				r := newRig(t, place(t))
				r.addOrganization(`{"id": "empty", "members": [{"user": "olga", "role": "owner"}, {"user": "max", "role": "manager"},
					{"user": "vic", "role": "viewer"}]}`)
				r.as(administrator, http.MethodPost, "/api/v1"+tokens+"/shop-app/disable", "")
				beginning, err := r.Store.Contents(t.Context())
				require.NoError(t, err)
				for i := range everybody {
					r.tryEndpoint(e, i, beginning)
				}
			})
		}
	}
}

func (r *rig) tryEndpoint(e endpoint, i int, beginning *registry.Contents) {
	r.t.Helper()
	person, want := everybody[i], e.statuses[i]
	answer := r.as(person.User, e.method(), "/api/v1"+e.path, e.body)
	assert.Equal(r.t, want, answer.StatusCode, "%s as %q: %s", e.operation, person.User, answer.text)
	after, err := r.Store.Contents(r.t.Context())
	require.NoError(r.t, err)
	changed := textOf(r.t, beginning) != textOf(r.t, after)
	assert.Equal(r.t, e.writes && want < 300, changed, "%s as %q", e.operation, person.User)
	if want >= 400 {
		assert.Equal(r.t, "application/problem+json", answer.Header.Get("Content-Type"))
		assert.InDelta(r.t, want, answer.body["status"], 0)
		assert.NotContains(r.t, answer.text, "passwd", "what authenticators say is for operators")
	}
	if changed {
		r.assertSigned(person)
		require.NoError(r.t, r.Store.Replace(r.t.Context(), audit.Act{}, beginning))
		r.awaitServed()
	}
}

// assertSigned looks for the person as the author of the last change.
func (r *rig) assertSigned(p office.Person) {
	r.t.Helper()
	last, err := r.Store.Audit(r.t.Context(), audit.Query{Limit: 1})
	require.NoError(r.t, err)
	require.Len(r.t, last, 1)
	assert.Equal(r.t, p.User, last[0].By)
	assert.Equal(r.t, "127.0.0.1", last[0].From)
}

func (r *rig) addOrganization(body string) {
	r.t.Helper()
	answer := r.as(officetest.Administrator.User, http.MethodPost, "/api/v1/organizations", body)
	require.Equal(r.t, http.StatusCreated, answer.StatusCode, answer.text)
}

// textOf leaves revisions out: putting the beginning back gives new ones.
func textOf(t *testing.T, c *registry.Contents) string {
	t.Helper()
	var records []any
	for _, o := range c.Organizations {
		records = append(records, o.Organization)
	}
	for _, token := range c.Tokens {
		records = append(records, token.Token)
	}
	text, err := json.Marshal(records)
	require.NoError(t, err)
	return string(text)
}
