// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office/officetest"
)

func TestCreated(t *testing.T) {
	r := newRig(t, officetest.File(t))
	answer := r.as(owner, http.MethodPost, "/api/v1"+tokens, `{"kind": "web"}`)
	require.Equal(t, http.StatusCreated, answer.StatusCode, answer.text)
	location := answer.Header.Get("Location")
	assert.Regexp(t, `^/api/v1/organizations/acme/tokens/t-[a-z2-7]{10}$`, location)
	assert.Equal(t, `"`+answer.body["revision"].(string)+`"`, answer.Header.Get("ETag"))
	assert.Equal(t, "no-store", answer.Header.Get("Cache-Control"))
	assert.Len(t, answer.body["secret"], 64)
	seen := r.as(viewer, http.MethodGet, location, "")
	assert.Equal(t, answer.Header.Get("ETag"), seen.Header.Get("ETag"))
	delete(answer.body, "secret")
	assert.Equal(t, answer.body, seen.body)
	assert.Equal(t, "exists", r.as(owner, http.MethodPost, "/api/v1"+tokens, `{"id": "shop-web", "kind": "web"}`).problem())
}

func TestIfMatch(t *testing.T) {
	r := newRig(t, officetest.File(t))
	tag := r.as(viewer, http.MethodGet, "/api/v1"+shopWeb, "").Header.Get("ETag")
	members := r.as(viewer, http.MethodGet, "/api/v1"+organization+"/members", "").Header.Get("ETag")
	require.NotEmpty(t, members)
	tests := []struct {
		name, ifMatch string
		status        int
	}{
		{"the version", tag, 200},
		{"an old one", tag, 412},
		{"any", "*", 200},
		{"one that nobody has", `"7"`, 412},
		{"no number", `"new"`, 412},
		{"zero", `"0"`, 412},
		{"a weak one", "W/" + tag, 412},
		{"unquoted", "7", 412},
		{"several", tag + `, "7"`, 400},
	}
	for i, tt := range tests {
		answer := r.as(owner, http.MethodPatch, "/api/v1"+shopWeb, `{"memo": "`+string(rune('a'+i))+`"}`, "If-Match", tt.ifMatch)
		assert.Equal(t, tt.status, answer.StatusCode, tt.name)
	}
	for _, stale := range []response{
		r.as(owner, http.MethodPost, "/api/v1"+shopWeb+"/rotate", "", "If-Match", tag),
		r.as(owner, http.MethodPost, "/api/v1"+shopWeb+"/disable", "", "If-Match", tag),
		r.as(owner, http.MethodDelete, "/api/v1"+shopWeb, "", "If-Match", tag),
		r.as(owner, http.MethodPatch, "/api/v1"+organization, `{"name": "new"}`, "If-Match", tag),
		r.as(owner, http.MethodPut, "/api/v1"+organization+"/members/new", `{"role": "viewer"}`, "If-Match", tag),
		r.as(owner, http.MethodDelete, "/api/v1"+organization+"/members/vic", "", "If-Match", tag),
		r.as(administrator, http.MethodDelete, "/api/v1/organizations/beta", "", "If-Match", tag),
	} {
		assert.Equal(t, http.StatusPreconditionFailed, stale.StatusCode, stale.text)
		assert.Equal(t, "stale", stale.problem())
	}
	answer := r.as(owner, http.MethodPut, "/api/v1"+organization+"/members/new", `{"role": "viewer"}`, "If-Match", members)
	assert.Equal(t, http.StatusOK, answer.StatusCode)
	assert.NotEqual(t, members, answer.Header.Get("ETag"))
}

// Of those who change the same version one wins, and the others are told.
func TestConcurrentEdits(t *testing.T) {
	for name, place := range officetest.Places {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, place(t))
			tag := r.as(viewer, http.MethodGet, "/api/v1"+shopWeb, "").Header.Get("ETag")
			statuses := make([]int, 8)
			var group sync.WaitGroup
			for i := range statuses {
				request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/api/v1"+shopWeb+"/rotate", http.NoBody)
				require.NoError(t, err)
				request.SetBasicAuth(owner, owner)
				request.Header.Set("If-Match", tag)
				group.Go(func() {
					if answer, err := http.DefaultClient.Do(request); err == nil {
						statuses[i] = answer.StatusCode
						_ = answer.Body.Close()
					}
				})
			}
			group.Wait()
			won := 0
			for _, status := range statuses {
				if status == http.StatusOK {
					won++
					continue
				}
				assert.Equal(t, http.StatusPreconditionFailed, status)
			}
			assert.Equal(t, 1, won)
			assert.Len(t, r.StoredToken(t, "shop-web").Secrets, 2)
		})
	}
}

func TestLastOwner(t *testing.T) {
	r := newRig(t, officetest.File(t))
	for _, answer := range []response{
		r.as(owner, http.MethodDelete, "/api/v1"+organization+"/members/olga", ""),
		r.as(owner, http.MethodPut, "/api/v1"+organization+"/members/olga", `{"role": "manager"}`),
	} {
		assert.Equal(t, http.StatusConflict, answer.StatusCode)
		assert.Equal(t, "last-owner", answer.problem())
	}
	answer := r.as(administrator, http.MethodDelete, "/api/v1"+organization+"/members/olga", "")
	assert.Equal(t, http.StatusNoContent, answer.StatusCode)
	answer = r.as(administrator, http.MethodDelete, "/api/v1"+organization, "")
	assert.Equal(t, "in-use", answer.problem())
	for user, path := range map[string]string{"a/b@example.com": "a%2Fb@example.com", "Åsa": "%C3%85sa"} {
		answer = r.as(administrator, http.MethodPut, "/api/v1"+organization+"/members/"+path, `{"role": "viewer"}`)
		require.Equal(t, http.StatusOK, answer.StatusCode, answer.text)
		assert.Contains(t, answer.text, user)
	}
}
