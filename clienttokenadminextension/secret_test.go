// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office/officetest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// A secret is said once, to who made it. Nothing says it, or its digest, again: no answer, no log, no audit.
func TestSecretsAreSaidOnce(t *testing.T) {
	for name, place := range officetest.Places {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, place(t))
			created := r.as(owner, http.MethodPost, "/api/v1"+tokens, `{"id": "new", "kind": "web"}`)
			rotated := r.as(owner, http.MethodPost, "/api/v1"+tokens+"/new/rotate", "")
			r.Secrets = append(r.Secrets, created.body["secret"].(string), rotated.body["secret"].(string))
			assert.NotContains(t, created.text+rotated.text, "sha256")
			r.said.Reset()
			r.doEverything("new")
			everything := r.said.String() + r.logged() + r.audited()
			for _, secret := range r.Secrets {
				digest := token.DigestOf(secret)
				assert.NotContains(t, everything, secret)
				assert.NotContains(t, everything, digest.String())
			}
			assert.Contains(t, r.said.String(), r.Secrets[3][60:], "its end is shown")
			assert.NotContains(t, everything, "sha256")
		})
	}
}

// doEverything asks for all there is, and puts secrets where they don't belong.
func (r *rig) doEverything(id string) {
	r.t.Helper()
	secret := r.Secrets[0]
	for _, e := range matrix {
		r.as(administrator, e.method(), "/api/v1"+e.path, e.body)
	}
	path := "/api/v1" + tokens + "/" + id
	for _, body := range []string{
		`{"` + secret + `": 1}`, `{"kind": "` + secret + `"}`, `{"allowed_origins": ["` + secret + `"]}`,
		`{"expires_at": "` + secret + `"}`, `{"organization": "` + secret + `"}`, `{"signals": ["` + secret + `"]}`, secret,
	} {
		answer := r.as(owner, http.MethodPatch, path, body)
		assert.GreaterOrEqual(r.t, answer.StatusCode, 400)
	}
	for _, list := range []string{tokens, "/organizations"} {
		answer := r.as(administrator, http.MethodPost, "/api/v1"+list, `{"id": "`+secret+`", "kind": "web"}`)
		assert.GreaterOrEqual(r.t, answer.StatusCode, 400)
	}
	for _, wrong := range []string{
		"/" + secret, "/organizations/" + secret, tokens + "/" + secret, organization + "/members/" + secret,
		shopWeb + "/" + secret,
	} {
		r.as(owner, http.MethodGet, "/api/v1"+wrong, "")
		r.as(owner, http.MethodDelete, "/api/v1"+wrong, "")
		r.as(owner, http.MethodDelete, "/api/v1"+wrong, "", "If-Match", "W/x")
	}
	r.as(owner, http.MethodGet, "/api/v1"+organization+"/audit?token="+secret, "")
	r.as(owner, http.MethodGet, "/api/v1"+tokens+"?"+secret+"=1&kind="+secret+"&after="+secret, "")
	r.as(owner, http.MethodPatch, path, "{}", "If-Match", secret)
	r.as(owner, http.MethodPatch, path, `{"memo": "x"}`)
	r.as(owner, http.MethodGet, path, "")
	r.as(owner, http.MethodDelete, path, "")
}

func (r *rig) logged() string {
	var all string
	for _, entry := range r.logs.All() {
		text, err := json.Marshal(entry.ContextMap())
		require.NoError(r.t, err)
		all += entry.Message + string(text)
	}
	return all
}

func (r *rig) audited() string {
	entries, err := r.Store.Audit(r.t.Context(), audit.Query{})
	require.NoError(r.t, err)
	text, err := json.Marshal(entries)
	require.NoError(r.t, err)
	return string(text)
}
