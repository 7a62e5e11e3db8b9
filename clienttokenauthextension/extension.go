// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensionauth"
	"go.opentelemetry.io/collector/extension/extensioncapabilities"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

var (
	_ extension.Extension                         = (*authenticator)(nil)
	_ extensionauth.Server                        = (*authenticator)(nil)
	_ extensionmiddleware.HTTPServer              = (*authenticator)(nil)
	_ extensioncapabilities.ConfigSnapshotWatcher = (*authenticator)(nil)
)

// authenticator is the extension: one check behind two doors, Authenticate and the HTTP middleware.
type authenticator struct {
	id        component.ID
	config    *Config
	logger    *zap.Logger
	registry  *registry.File
	checker   checker
	answers   answers
	paths     map[string]token.Signal
	report    *report
	originLog *originLog
}

func newAuthenticator(set extension.Settings, cfg *Config) (*authenticator, error) {
	places := newPlaces(cfg.Headers, cfg.QueryParam)
	answers, err := newAnswers(places.first())
	if err != nil {
		return nil, err
	}
	file := registry.NewFile(cfg.Registry.File.Get().Path)
	r, err := newReport(set, file)
	if err != nil {
		return nil, err
	}
	a := &authenticator{
		id:       set.ID,
		config:   cfg,
		logger:   set.Logger,
		registry: file,
		checker: checker{
			registry:   file,
			places:     places,
			appOrigin:  newPlace(cfg.AppOriginHeader),
			reportOnly: cfg.OriginMode == OriginModeReport,
			now:        time.Now,
		},
		answers:   answers,
		paths:     make(map[string]token.Signal, len(cfg.Paths)),
		report:    r,
		originLog: newOriginLog(set.Logger, time.Now),
	}
	for path, signal := range cfg.Paths {
		a.paths[path] = token.Signal(signal)
	}
	return a, nil
}

// Start loads the registry. A file that can't be served at start is an error: there would be no token to let in.
func (a *authenticator) Start(_ context.Context, host component.Host) error {
	if err := a.registry.Start(func(err error) { a.reloaded(host, err) }); err != nil {
		return fmt.Errorf("registry.file.path: %w", err)
	}
	a.warn()
	return nil
}

// Shutdown stops watching the registry. It may come without Start.
func (a *authenticator) Shutdown(context.Context) error {
	a.registry.Close()
	return nil
}

// Authenticate checks HTTP headers or gRPC metadata. See extensionauth.Server.
func (a *authenticator) Authenticate(ctx context.Context, sources map[string][]string) (context.Context, error) {
	id, refused := a.settle(a.checker.check(sources, ""))
	if refused != nil {
		return ctx, refused
	}
	return withIdentity(ctx, id), nil
}

// settle counts a request by its outcome, and returns who sent it or what to answer.
func (a *authenticator) settle(r result) (*identity.Identity, *refusedError) {
	a.report.request(r.outcome)
	if !r.admits() {
		return nil, &refusedError{a.answers[r.outcome], r.origin}
	}
	if r.outcome == originReported {
		a.originLog.reported(r.grant.Token.ID, r.origin)
	}
	return identity.New(a, r.grant.Holder, r.origin), nil
}

// withIdentity keeps the rest of client.Info, whose address and metadata belong to the receiver.
func withIdentity(ctx context.Context, id *identity.Identity) context.Context {
	info := client.FromContext(ctx)
	info.Auth = id
	return client.NewContext(ctx, info)
}

// reloaded tells of a new version of the registry, or of one that can't be served: then the old one goes on serving.
func (a *authenticator) reloaded(host component.Host, err error) {
	a.report.reload(err)
	if err != nil {
		// One line: a stack of this package says nothing about a file.
		logger := a.logger.WithOptions(zap.AddStacktrace(zap.DPanicLevel))
		logger.Error("registry not reloaded; the last good version goes on serving", zap.Error(err))
		componentstatus.ReportStatus(host, componentstatus.NewRecoverableErrorEvent(err))
		return
	}
	a.logger.Info("registry reloaded", zap.Int("tokens", len(a.registry.Tokens())))
	a.warn()
	componentstatus.ReportStatus(host, componentstatus.NewEvent(componentstatus.StatusOK))
}

// warn tells what the registry lets through that may not be meant, a line for each kind.
func (a *authenticator) warn() {
	if warnings := a.registry.Warnings(); len(warnings) > 0 {
		a.logger.Warn("registry has warnings", zap.Int("warnings", len(warnings)),
			zap.Stringers("first", warnings[:min(len(warnings), 10)]))
	}
	reporting := 0
	for _, t := range a.registry.Tokens() {
		if a.checker.reports(t) {
			reporting++
		}
	}
	if reporting > 0 {
		a.logger.Warn("origin_mode is report: origins that are not allowed are admitted", zap.Int("tokens", reporting))
	}
}
