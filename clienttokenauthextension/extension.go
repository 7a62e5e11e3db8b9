// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensionauth"
	"go.opentelemetry.io/collector/extension/extensioncapabilities"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/forwarded"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

var (
	_ extension.Extension                         = (*authenticator)(nil)
	_ extensionauth.Server                        = (*authenticator)(nil)
	_ extensionmiddleware.HTTPServer              = (*authenticator)(nil)
	_ extensionmiddleware.GRPCServer              = (*authenticator)(nil)
	_ extensioncapabilities.ConfigSnapshotWatcher = (*authenticator)(nil)
	_ extensioncapabilities.Dependent             = (*authenticator)(nil)
)

// authenticator is the extension: one check behind three doors: Authenticate, and the middlewares of HTTP and gRPC.
type authenticator struct {
	id        component.ID
	config    *Config
	logger    *zap.Logger
	registry  *registry.Registry
	openStore opener
	checker   *admission.Checker
	now       func() time.Time
	answers   answers
	limited   *limitedAnswers
	proxies   forwarded.Proxies
	paths     map[string]admission.Intake
	drain     *drain
	jitter    func() float64 // in [0, 1)
	report    *report
	originLog *originLog
	adviser   *adviser
	recording *recording // nil if usage isn't recorded, and before the start
}

func newAuthenticator(set extension.Settings, cfg *Config) (*authenticator, error) {
	source, openStore := cfg.Registry.source()
	tokens := registry.New(source)
	a := &authenticator{
		id:        set.ID,
		config:    cfg,
		logger:    set.Logger,
		registry:  tokens,
		openStore: openStore,
		now:       time.Now,
		originLog: newOriginLog(set.Logger, time.Now),
		limited:   newLimitedAnswers(),
		drain:     newDrain(),
		jitter:    rand.Float64,
	}
	now := func() time.Time { return a.now() }
	a.adviser = newAdviser(tokens, set.Logger, now)
	settings := cfg.settings()
	a.paths = settings.Paths
	a.checker = admission.NewChecker(tokens, settings, now)
	var err error
	if a.proxies, err = cfg.proxies(); err != nil {
		return nil, err
	}
	if a.answers, err = newAnswers(a.checker.Place()); err != nil {
		return nil, err
	}
	a.report, err = newReport(set, tokens, a.adviser)
	return a, err
}

// Start loads the registry. A file that can't be served at start is an error: there would be no token to let in. A Redis
// that is away is none: until it is there, senders are told to come back.
func (a *authenticator) Start(ctx context.Context, host component.Host) error {
	if err := a.registry.Start(ctx, func(err error) { a.reloaded(host, err) }); err != nil {
		return fmt.Errorf("%s: %w", a.config.Registry.place(), err)
	}
	a.warn()
	a.adviser.start()
	if !a.config.Usage.Enabled {
		return nil
	}
	var err error
	a.recording, err = startRecording(ctx, a, host)
	return err
}

// Shutdown stops watching the registry, and stores what was counted last. It may come without Start.
func (a *authenticator) Shutdown(ctx context.Context) error {
	a.adviser.stop()
	a.registry.Close()
	a.recording.stop(ctx)
	return nil
}

// Dependencies lets the extension start first in which usage is stored. See extensioncapabilities.Dependent.
func (a *authenticator) Dependencies() []component.ID {
	if a.config.Usage.Storage == nil {
		return nil
	}
	return []component.ID{*a.config.Usage.Storage}
}

// Authenticate checks HTTP headers or gRPC metadata. See extensionauth.Server.
func (a *authenticator) Authenticate(ctx context.Context, sources map[string][]string) (context.Context, error) {
	id, refused := a.settle(a.checker.Check(sources, ""))
	if refused != nil {
		return ctx, refused
	}
	return a.withIdentity(ctx, sources, id), nil
}

// settle counts a request by its outcome, and returns who sent it or what to answer.
func (a *authenticator) settle(r admission.Result) (*identity.Identity, *refusedError) {
	a.report.request(r.Outcome)
	a.recording.outcome(r)
	if !r.Admits() {
		return nil, &refusedError{a.answers[r.Outcome], r.Origin}
	}
	if r.Outcome == admission.OriginReported {
		a.originLog.reported(r.Grant.Token.ID, r.Origin)
	}
	return identity.New(a, r.Grant.Holder, r.Origin), nil
}

// withIdentity keeps the rest of client.Info, whose address and metadata belong to the receiver. The address is that of the
// peer; which client is behind it costs something to find out, so that waits for a token that limits each.
func (a *authenticator) withIdentity(
	ctx context.Context, sources map[string][]string, id *identity.Identity,
) context.Context {
	info := client.FromContext(ctx)
	if id.Token().ClientSpansPerMinute != nil {
		id.From(a.proxies.Client(info.Addr, sources))
	}
	info.Auth = id
	return client.NewContext(ctx, info)
}

// reloaded tells of a new version of the registry, or why it can't be had or can't be served: then the old one is served.
func (a *authenticator) reloaded(host component.Host, err error) {
	a.report.reload(err)
	if err != nil {
		// One line: a stack of this package says nothing about a file.
		logger := a.logger.WithOptions(zap.AddStacktrace(zap.DPanicLevel))
		logger.Error(a.failing(), zap.Error(err))
		componentstatus.ReportStatus(host, componentstatus.NewRecoverableErrorEvent(err))
		return
	}
	a.logger.Info("registry reloaded", zap.Int("tokens", a.registry.Len()))
	a.warn()
	componentstatus.ReportStatus(host, componentstatus.NewEvent(componentstatus.StatusOK))
}

// failing says what a registry that can't be had means for senders.
func (a *authenticator) failing() string {
	if a.registry.Stale(0) {
		return "registry is not current, and nothing is known yet: senders are told to come back, with 503"
	}
	return "registry is not current; what was known last goes on being served"
}

// warn tells what the registry lets through that may not be meant, a line for each kind.
func (a *authenticator) warn() {
	if warnings := a.registry.Warnings(); len(warnings) > 0 {
		a.logger.Warn("registry has warnings", zap.Int("warnings", len(warnings)),
			zap.Stringers("first", warnings[:min(len(warnings), 10)]))
	}
	reporting, fair := 0, 0
	a.registry.Each(func(t *token.Token, _ *token.Organization) {
		if a.checker.Reports(t) {
			reporting++
		}
		if t.ClientSpansPerMinute != nil {
			fair++
		}
	})
	if reporting > 0 {
		a.logger.Warn("origin_mode is report: origins that are not allowed are admitted", zap.Int("tokens", reporting))
	}
	if fair > 0 && len(a.proxies) == 0 {
		a.logger.Info("client_spans_per_minute limits whoever connects: if that is a load balancer, list it in trusted_proxies, "+
			"or all behind it are one client", zap.Int("tokens", fair))
	}
}
