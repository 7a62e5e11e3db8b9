// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensioncapabilities"
	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/api"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/console"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/forwarded"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

var (
	_ extension.Extension             = (*admin)(nil)
	_ extensioncapabilities.Dependent = (*admin)(nil)
)

// admin is the extension: a server in front of an office.
type admin struct {
	id        component.ID
	config    *Config
	proxies   forwarded.Proxies
	telemetry component.TelemetrySettings
	report    *report
	failures  *failures

	store         registry.Store
	notifications *notifications
	notified      *notificationsReport // how notifying goes, nil if nobody is told
	server        *http.Server
	serving       sync.WaitGroup
}

func newAdmin(set extension.Settings, cfg *Config) (*admin, error) {
	proxies, err := cfg.proxies()
	if err != nil {
		return nil, err
	}
	r, err := newReport(set)
	return &admin{
		id: set.ID, config: cfg, proxies: proxies, telemetry: set.TelemetrySettings, report: r,
		failures: newFailures(set.Logger),
	}, err
}

// Dependencies lets the authenticators start first. See extensioncapabilities.Dependent.
func (a *admin) Dependencies() []component.ID {
	ids := []component.ID{a.config.Authenticator}
	if a.config.HTTP.Auth.HasValue() {
		ids = append(ids, a.config.HTTP.Auth.Get().Config.AuthenticatorID)
	}
	if a.config.Notifications.HasValue() {
		ids = append(ids, a.config.Notifications.Get().dependencies()...)
	}
	return ids
}

// Start opens the registry and serves.
func (a *admin) Start(ctx context.Context, host component.Host) error {
	source, err := a.source(host)
	if err != nil {
		return err
	}
	if a.store, err = source.OpenStore(ctx); err != nil {
		return fmt.Errorf("authenticator: %s: %w", a.config.Authenticator, err)
	}
	if err := a.notify(ctx, host, source); err != nil {
		return err
	}
	a.warn()
	return a.serve(ctx, host, office.New(office.Options{
		Registry: source.Registry(), Store: a.store, Usage: source.Usage(),
	}))
}

// notify begins to tell people, if it is to.
func (a *admin) notify(ctx context.Context, host component.Host, source office.Source) error {
	if !a.config.Notifications.HasValue() {
		return nil
	}
	if source.Usage() == nil {
		a.telemetry.Logger.Warn("usage isn't recorded, so nobody is told of limits and refusals",
			zap.Stringer("authenticator", a.config.Authenticator))
	}
	a.notified = newNotificationsReport(a.report, a.telemetry.Logger,
		func(e *componentstatus.Event) { componentstatus.ReportStatus(host, e) })
	var err error
	set := extension.Settings{ID: a.id, TelemetrySettings: a.telemetry}
	a.notifications, err = startNotifications(ctx, a.config.Notifications.Get(), host, set, source, a.store, a.notified)
	return err
}

// source finds the extension whose tokens are to be looked after.
func (a *admin) source(host component.Host) (office.Source, error) {
	found, there := host.GetExtensions()[a.config.Authenticator]
	if !there {
		return nil, fmt.Errorf("authenticator: there is no extension %s: add it to service: {extensions: […]}",
			a.config.Authenticator)
	}
	source, ok := found.(office.Source)
	if !ok {
		return nil, fmt.Errorf("authenticator: %s has no client tokens: name a client_token_auth", a.config.Authenticator)
	}
	return source, nil
}

func (a *admin) warn() {
	switch {
	case a.config.InsecureNoAuth:
		a.telemetry.Logger.Warn("insecure_no_auth is set: everybody on this machine can change client tokens",
			zap.String("endpoint", a.config.HTTP.NetAddr.Endpoint))
	case !a.config.HTTP.TLS.HasValue() && !isLoopback(a.config.HTTP.NetAddr):
		a.telemetry.Logger.Warn("passwords can be read on the way here: set http: {tls: …}, or let only a proxy with TLS in",
			zap.String("endpoint", a.config.HTTP.NetAddr.Endpoint))
	}
}

// serve takes connections until Shutdown.
func (a *admin) serve(ctx context.Context, host component.Host, o *office.Office) error {
	handler := parts{
		api: api.New(api.Options{Office: o, Person: a.person, Failed: a.failures.tell}),
		console: console.New(console.Options{
			Office: o, Person: a.person, Failed: a.failures.tell, Unnotified: a.notified.Failing,
		}),
	}
	server, err := a.config.HTTP.ToServer(ctx, host.GetExtensions(), a.telemetry, handler,
		confighttp.WithErrorHandler(a.refuse))
	if err != nil {
		return err
	}
	server.Handler = a.guard(server.Handler)
	listener, err := a.config.HTTP.ToListener(ctx)
	if err != nil {
		return fmt.Errorf("http: %w", err)
	}
	a.server = server
	a.telemetry.Logger.Info("client tokens are looked after here", zap.Stringer("address", listener.Addr()))
	a.serving.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
		}
	})
	return nil
}

// Shutdown lets requests that are under way end. It may come without Start.
func (a *admin) Shutdown(ctx context.Context) error {
	var err error
	if a.server != nil {
		if err = a.server.Shutdown(ctx); err != nil {
			err = errors.Join(err, a.server.Close())
		}
		a.serving.Wait()
	}
	err = errors.Join(err, a.notifications.close(ctx))
	if a.store != nil {
		err = errors.Join(err, a.store.Close())
	}
	return err
}
