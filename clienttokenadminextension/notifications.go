// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/lookout"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/mail"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/postman"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/redisoutbox"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/webhook"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// shared is a source whose registry is in Redis; nil: it isn't.
type shared interface {
	RegistryRedis() *redisconn.Config
}

// notifications tell people what they should know about their tokens.
type notifications struct {
	config   *NotificationsConfig
	outbox   outbox.Outbox
	lookout  *lookout.Lookout
	carriers []postman.Carrier
	postmen  []*postman.Postman
	closing  []func(context.Context) error // in turn
}

// startNotifications begins to look and to deliver. What it returns is to be closed, even with an error.
func startNotifications(
	ctx context.Context, c *NotificationsConfig, host component.Host, set extension.Settings,
	source office.Source, store registry.Store, report outbox.Reporter,
) (*notifications, error) {
	n := &notifications{config: c}
	err := errors.Join(
		n.openOutbox(ctx, host, set, source, report),
		n.openMail(ctx),
		n.openWebhook(ctx, host, set.TelemetrySettings),
	)
	if err != nil {
		return n, fmt.Errorf("notifications: %w", err)
	}
	o := lookout.Options{
		Registry: store, Served: source.Registry().Each, Usage: source.Usage(), Outbox: n.outbox,
		Kinds: c.kinds(), Reporter: report, Now: time.Now,
	}
	for _, carrier := range n.carriers {
		o.Channels = append(o.Channels, carrier.Channel)
		n.postmen = append(n.postmen, postman.New(carrier, n.outbox, report, time.Now))
	}
	n.lookout = lookout.New(o)
	n.lookout.Start()
	for _, p := range n.postmen {
		p.Start()
	}
	return n, nil
}

// openOutbox opens that of the fleet, or one of this process.
func (n *notifications) openOutbox(
	ctx context.Context, host component.Host, set extension.Settings, source office.Source, report outbox.Reporter,
) error {
	if s, ok := source.(shared); ok && s.RegistryRedis() != nil {
		if n.config.Storage != nil {
			return errors.New("storage is set, and the registry is in Redis, where all is kept: remove it")
		}
		o, err := redisoutbox.Open(ctx, s.RegistryRedis())
		if err != nil {
			return err
		}
		n.outbox = o
		n.closing = append(n.closing, closing(o))
		return nil
	}
	memory := outbox.NewMemory(time.Now)
	n.outbox = memory
	if n.config.Storage == nil {
		set.Logger.Warn("what was told and what is still to be isn't kept over a restart: set notifications: " +
			"{storage: file_storage}, and add that extension")
		return nil
	}
	k, err := keep(ctx, memory, host, set.ID, *n.config.Storage, report)
	if err == nil {
		n.closing = append(n.closing, k.close)
	}
	return err
}

func closing(c io.Closer) func(context.Context) error {
	return func(context.Context) error { return c.Close() }
}

func (n *notifications) openMail(ctx context.Context) error {
	if !n.config.SMTP.HasValue() {
		return nil
	}
	s, err := mail.NewSender(ctx, n.config.SMTP.Get())
	if err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	n.carriers = append(n.carriers, postman.Carrier{
		Channel: outbox.SMTP,
		Timeout: s.Timeout(),
		Send: func(ctx context.Context, d *outbox.Delivery) error {
			return s.Send(ctx, &d.Event, d.Recipient, n.config.link(&d.Event))
		},
	})
	return nil
}

func (n *notifications) openWebhook(ctx context.Context, host component.Host, set component.TelemetrySettings) error {
	if !n.config.Webhook.HasValue() {
		return nil
	}
	p, err := webhook.NewPoster(ctx, n.config.Webhook.Get(), host, set)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	n.closing = append(n.closing, func(context.Context) error { p.Close(); return nil })
	n.carriers = append(n.carriers, postman.Carrier{
		Channel: outbox.Webhook,
		Timeout: p.Timeout(),
		Send: func(ctx context.Context, d *outbox.Delivery) error {
			return p.Post(ctx, &d.Event, n.config.link(&d.Event))
		},
	})
	return nil
}

// close ends what is under way within some seconds. What was not delivered stays in the outbox.
func (n *notifications) close(ctx context.Context) error {
	if n == nil {
		return nil
	}
	if n.lookout != nil {
		n.lookout.Close()
	}
	var ending sync.WaitGroup
	for _, p := range n.postmen {
		ending.Go(func() { p.Close(ctx) })
	}
	ending.Wait()
	var errs []error
	for _, end := range n.closing {
		errs = append(errs, end(ctx))
	}
	return errors.Join(errs...)
}
