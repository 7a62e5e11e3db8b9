// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configtls"
	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office/officetest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

func TestDependencies(t *testing.T) {
	r := newStoppedRig(t, officetest.File(t))
	assert.Equal(t, []component.ID{tokensID, basicID}, r.admin.Dependencies())
	r = newStoppedRig(t, officetest.File(t), open)
	assert.Equal(t, []component.ID{tokensID}, r.admin.Dependencies())
}

func TestStartsThatFail(t *testing.T) {
	tests := []struct {
		name   string
		change func(*rig)
		want   string
	}{
		{"no client_token_auth", func(r *rig) { delete(r.host.extensions, tokensID) }, "there is no extension client_token_auth"},
		{"another extension", func(r *rig) { r.admin.config.Authenticator = basicID }, "basicauth has no client tokens"},
		{"no authenticator", func(r *rig) { delete(r.host.extensions, basicID) }, "basicauth"},
		{"the port is taken", func(r *rig) {
			listener, err := net.Listen("tcp", r.admin.config.HTTP.NetAddr.Endpoint)
			require.NoError(r.t, err)
			r.t.Cleanup(func() { _ = listener.Close() })
		}, "address already in use"},
		{"no certificate", func(r *rig) {
			r.admin.config.HTTP.TLS.GetOrInsertDefault().Config = configtls.Config{CertFile: "absent.pem", KeyFile: "absent.pem"}
		}, "absent.pem"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newStoppedRig(t, officetest.File(t))
			tt.change(r)
			assert.ErrorContains(t, r.admin.Start(t.Context(), r.host), tt.want)
		})
	}
}

// What can't be written is said as that, and reading goes on.
func TestReadOnly(t *testing.T) {
	store := officetest.File(t)
	r := newStoppedRig(t, store)
	r.Store = filestore.Open(store.String(), filestore.Options{ReadOnly: true})
	require.NoError(t, r.admin.Start(t.Context(), r.host))
	answer := r.as(owner, http.MethodPost, "/api/v1"+shopWeb+"/disable", "")
	assert.Equal(t, http.StatusConflict, answer.StatusCode)
	assert.Equal(t, "read-only", answer.problem())
	assert.NotContains(t, answer.text, store.String())
	assert.Equal(t, http.StatusOK, r.as(viewer, http.MethodGet, "/api/v1"+shopWeb, "").StatusCode)
}

// broken is a store that can't be asked.
type broken struct{ registry.Store }

func (broken) Organization(context.Context, string) (registry.Organization, error) {
	return registry.Organization{}, errors.Join(registry.ErrUnavailable, errors.New("redis.internal:6379 refused"))
}

func (broken) Audit(context.Context, audit.Query) ([]audit.Entry, error) {
	return nil, errors.New("redis.internal:6379 refused")
}

// Operators are told why, once a minute; others only that it is so.
func TestUnavailable(t *testing.T) {
	r := newStoppedRig(t, officetest.File(t))
	r.Store = broken{r.Store}
	require.NoError(t, r.admin.Start(t.Context(), r.host))
	for _, answer := range []response{
		r.as(owner, http.MethodPost, "/api/v1"+shopWeb+"/disable", ""),
		r.as(owner, http.MethodGet, "/api/v1"+organization+"/audit", ""),
	} {
		assert.Equal(t, http.StatusServiceUnavailable, answer.StatusCode)
		assert.Equal(t, "unavailable", answer.problem())
		assert.NotContains(t, answer.text, "redis.internal")
	}
	assert.Equal(t, http.StatusOK, r.as(viewer, http.MethodGet, "/api/v1"+shopWeb, "").StatusCode, "what is known is shown")
	lines := r.logs.FilterLevelExact(zap.ErrorLevel).All()
	require.Len(t, lines, 1)
	assert.Contains(t, lines[0].ContextMap()["error"], "redis.internal:6379 refused")
}

func TestUsageThatNobodyRecords(t *testing.T) {
	r := newStoppedRig(t, officetest.File(t))
	r.host.extensions[tokensID] = unrecording{source{world: r.World}}
	require.NoError(t, r.admin.Start(t.Context(), r.host))
	for _, path := range []string{
		organization + "/usage", shopWeb + "/usage", tokens + "?usage=24h", tokens + "?sort=admitted",
	} {
		assert.Equal(t, "not-recorded", r.as(viewer, http.MethodGet, "/api/v1"+path, "").problem(), path)
	}
	for _, path := range []string{shopWeb, tokens, shopWeb + "/advice"} {
		assert.Equal(t, http.StatusOK, r.as(viewer, http.MethodGet, "/api/v1"+path, "").StatusCode, path)
	}
}

type unrecording struct{ source }

func (unrecording) Usage() usage.Reader { return nil }

func TestWhatIsNotThere(t *testing.T) {
	r := newRig(t, officetest.File(t))
	tests := []struct {
		method, path string
		status       int
		allow        string
	}{
		{http.MethodGet, "/api/v2/organizations", 404, ""},
		{http.MethodGet, "/api/v1", 404, ""},
		{http.MethodGet, "/api/v1/nothing", 404, ""},
		{http.MethodGet, "/api/v1/organizations/", 404, ""},
		{http.MethodGet, "/api/v1/organizations/nobody", 404, ""},
		{http.MethodGet, "/api/v1" + tokens + "/nothing", 404, ""},
		{http.MethodGet, "/api/v1/organizations/beta/tokens/shop-web", 404, ""},
		{http.MethodPut, "/api/v1" + shopWeb, 405, "DELETE, GET, HEAD, PATCH"},
		{"BREW", "/api/v1" + shopWeb, 405, "DELETE, GET, HEAD, PATCH"},
		{http.MethodGet, "/api/v1" + shopWeb + "/rotate", 405, "POST"},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			answer := r.in(t).as(administrator, tt.method, tt.path, "")
			assert.Equal(t, tt.status, answer.StatusCode)
			assert.Equal(t, tt.allow, answer.Header.Get("Allow"))
			assert.Contains(t, []string{"not-found", "method-not-allowed"}, answer.problem())
		})
	}
	head := r.as(viewer, http.MethodHead, "/api/v1"+shopWeb, "")
	assert.Equal(t, http.StatusOK, head.StatusCode)
	assert.NotEmpty(t, head.Header.Get("ETag"))
	described := r.as(viewer, http.MethodGet, "/api/v1/openapi.yaml", "")
	assert.True(t, strings.HasPrefix(described.text, "openapi: 3.1.0\n"))
}
