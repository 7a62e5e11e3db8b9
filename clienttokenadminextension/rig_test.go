// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/metadata"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/metadatatest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/freeport"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office/officetest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/statustest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

var (
	tokensID = component.MustNewID("client_token_auth")
	basicID  = component.MustNewID("basicauth")
)

// source stands for client_token_auth.
type source struct {
	component.StartFunc
	component.ShutdownFunc

	world *officetest.World
}

func (s source) Registry() *registry.Registry { return s.world.Registry }

func (s source) OpenStore(context.Context) (registry.Store, error) {
	return unclosed{s.world.Store}, nil
}

func (s source) Usage() usage.Reader { return s.world.Counted }

// unclosed is a store that the world goes on using.
type unclosed struct{ registry.Store }

func (unclosed) Close() error { return nil }

// basic stands for basicauth: everybody's password is their name. It publishes no name of stranger, and of lister a list.
type basic struct {
	component.StartFunc
	component.ShutdownFunc
}

const (
	stranger = "stranger"
	lister   = "lister"
)

type user string

func (u user) GetAttribute(name string) any {
	switch {
	case name != "username" || u == stranger:
		return nil
	case u == lister:
		return []string{administrator}
	default:
		return string(u)
	}
}

func (user) GetAttributeNames() []string { return []string{"username"} }

func (basic) Authenticate(ctx context.Context, headers map[string][]string) (context.Context, error) {
	request := http.Request{Header: headers}
	name, password, _ := request.BasicAuth()
	if name == "" || name != password {
		return ctx, errors.New("no such user: see /etc/passwd")
	}
	info := client.FromContext(ctx)
	info.Auth = user(name)
	return client.NewContext(ctx, info), nil
}

// host has extensions.
type host struct {
	statustest.Host

	extensions map[component.ID]component.Component
}

func (h *host) GetExtensions() map[component.ID]component.Component { return h.extensions }

// rig is a started extension with everything around it.
type rig struct {
	*officetest.World

	t         *testing.T
	admin     *admin
	url       string
	host      *host
	logs      *observer.ObservedLogs
	telemetry *componenttest.Telemetry
	said      *bytes.Buffer // all answers
	contract  *contract
}

func newRig(t *testing.T, store registry.Store, changes ...func(*Config)) *rig {
	t.Helper()
	r := newStoppedRig(t, store, changes...)
	require.NoError(t, r.admin.Start(t.Context(), r.host))
	return r
}

func newStoppedRig(t *testing.T, store registry.Store, changes ...func(*Config)) *rig {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	r := &rig{t: t, World: officetest.New(t, store), said: &bytes.Buffer{}, contract: theContract(t)}
	r.host = &host{extensions: map[component.ID]component.Component{tokensID: source{world: r.World}, basicID: basic{}}}
	core, logs := observer.New(zapcore.DebugLevel)
	r.telemetry, r.logs = componenttest.NewTelemetry(), logs
	t.Cleanup(func() { require.NoError(t, r.telemetry.Shutdown(ctx)) })
	set := metadatatest.NewSettings(r.telemetry)
	set.ID, set.Logger = component.NewID(metadata.Type), zap.New(core)

	addresses, err := freeport.Addresses(1)
	require.NoError(t, err)
	r.url = "http://" + addresses[0]
	cfg := configured(changes...)
	cfg.HTTP.NetAddr.Endpoint = addresses[0]
	r.admin, err = newAdmin(set, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.admin.Shutdown(ctx)) })
	return r
}

// configured is what the example has: basicauth, and one administrator.
func configured(changes ...func(*Config)) *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.Authenticator = tokensID
	cfg.Administrators = []string{officetest.Administrator.User}
	cfg.HTTP.Auth = configoptional.Some(confighttp.AuthConfig{Config: configauth.Config{AuthenticatorID: basicID}})
	for _, change := range changes {
		change(cfg)
	}
	return cfg
}

func open(cfg *Config) {
	cfg.HTTP.Auth = configoptional.None[confighttp.AuthConfig]()
	cfg.InsecureNoAuth = true
}

// response is an answer that has been read.
type response struct {
	*http.Response

	text string
	body map[string]any
}

func (r response) problem() string {
	kind, _ := r.body["type"].(string)
	_, name, _ := strings.Cut(kind, "#problem-")
	return name
}

// as sends a request with the name of somebody, unless it is empty, and headers as names and values in turn. Every
// answer must be as described.
func (r *rig) as(user, method, path, body string, headers ...string) response {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, strings.NewReader(body))
	require.NoError(r.t, err)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if user != "" {
		request.SetBasicAuth(user, user)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
	}
	return r.send(request)
}

func (r *rig) send(request *http.Request) response {
	r.t.Helper()
	answer, err := http.DefaultClient.Do(request)
	require.NoError(r.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(r.t, err)
	said := response{Response: answer, text: string(text)}
	if request.Method == http.MethodHead {
		return said
	}
	if strings.Contains(answer.Header.Get("Content-Type"), "json") {
		require.NoError(r.t, json.Unmarshal(text, &said.body), "%s", text)
	}
	r.said.Write(text)
	if forPrograms(request) {
		r.contract.check(r.t, request, said)
	}
	return said
}

// awaitServed waits until what is stored is served.
func (r *rig) awaitServed() {
	r.t.Helper()
	require.Eventually(r.t, func() bool {
		stored, err := r.Store.Contents(r.t.Context())
		require.NoError(r.t, err)
		served := &registry.Contents{Organizations: r.Registry.Organizations()}
		for _, o := range served.Organizations {
			served.Tokens = append(served.Tokens, r.Registry.Tokens(o.ID)...)
		}
		served.Sort()
		return textOf(r.t, served) == textOf(r.t, stored)
	}, time.Minute, 5*time.Millisecond)
}

// in returns the rig for a part of the test.
func (r *rig) in(t *testing.T) *rig {
	t.Helper()
	part := *r
	part.t = t
	return &part
}
