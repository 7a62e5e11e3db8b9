// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/mail"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/webhook"
)

// NotificationsConfig says how people are told of what they should know about their tokens: by mail, to the owners and
// managers of an organization, or by a webhook, to whoever is there; or by both.
type NotificationsConfig struct {
	// SMTP is the server that mails are given to. Default: no mails.
	SMTP configoptional.Optional[mail.Config] `mapstructure:"smtp"`

	// Webhook is where events are posted to. Default: no posts.
	Webhook configoptional.Optional[webhook.Config] `mapstructure:"webhook"`

	// Events are what is told: deleted, rotated, expiring, limit_reached, heavily_refused. Default all.
	Events []string `mapstructure:"events"`

	// ConsoleURL is where people reach the console, for links: https://tokens.example.com. Default no links.
	ConsoleURL string `mapstructure:"console_url"`

	// Storage is the storage extension, such as file_storage, that keeps over a restart what has been told and what has
	// not. It is for a registry in a file; with Redis all is kept there. Default: nothing is kept.
	Storage *component.ID `mapstructure:"storage"`

	// prevent unkeyed literal initialization
	_ struct{}
}

func defaultNotifications() NotificationsConfig {
	c := NotificationsConfig{
		// Not None: then a lone `smtp:` would be read as absent.
		SMTP:    configoptional.Default(mail.NewDefaultConfig()),
		Webhook: configoptional.Default(webhook.NewDefaultConfig()),
	}
	for _, k := range notify.Kinds() {
		c.Events = append(c.Events, string(k))
	}
	return c
}

// Validate reports all faults at once; the Collector itself validates what is inside smtp and webhook.
func (c *NotificationsConfig) Validate() error {
	return errors.Join(c.validateChannels(), c.validateEvents(), c.validateConsoleURL())
}

func (c *NotificationsConfig) validateChannels() error {
	if c.SMTP.HasValue() || c.Webhook.HasValue() {
		return nil
	}
	return errors.New("neither smtp nor webhook is set: nobody would be told. Set one, or leave notifications out")
}

func (c *NotificationsConfig) validateEvents() error {
	if len(c.Events) == 0 {
		return errors.New("events is empty: nobody would be told anything. Name some, or leave notifications out")
	}
	var errs []error
	for i, name := range c.Events {
		switch {
		case !slices.Contains(notify.Kinds(), notify.Kind(name)):
			errs = append(errs, fmt.Errorf(
				"events[%d] is %q: use deleted, rotated, expiring, limit_reached or heavily_refused", i, name))
		case slices.Contains(c.Events[:i], name):
			errs = append(errs, fmt.Errorf("events[%d] is %q: listed twice, remove one", i, name))
		}
	}
	return errors.Join(errs...)
}

func (c *NotificationsConfig) validateConsoleURL() error {
	if c.ConsoleURL == "" {
		return nil
	}
	base, err := url.Parse(c.ConsoleURL)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" || base.User != nil ||
		base.RawQuery != "" || base.Fragment != "" {
		return errors.New("console_url is not where people reach the console: write it like https://tokens.example.com")
	}
	return nil
}

// dependencies are the extensions that must start first.
func (c *NotificationsConfig) dependencies() []component.ID {
	var ids []component.ID
	if c.Storage != nil {
		ids = append(ids, *c.Storage)
	}
	if !c.Webhook.HasValue() {
		return ids
	}
	client := c.Webhook.Get().ClientConfig
	if client.Auth.HasValue() {
		ids = append(ids, client.Auth.Get().AuthenticatorID)
	}
	for _, m := range client.Middlewares {
		ids = append(ids, m.ID)
	}
	return ids
}

func (c *NotificationsConfig) kinds() []notify.Kind {
	var kinds []notify.Kind
	for _, name := range c.Events {
		kinds = append(kinds, notify.Kind(name))
	}
	return kinds
}

// link leads to where people look after what an event is about.
func (c *NotificationsConfig) link(e *notify.Event) string {
	if c.ConsoleURL == "" {
		return ""
	}
	link := strings.TrimSuffix(c.ConsoleURL, "/") + "/o/" + url.PathEscape(e.Organization.ID)
	if len(e.Tokens) == 1 && e.More == 0 && e.Kind != notify.Deleted {
		link += "/t/" + url.PathEscape(e.Tokens[0].ID)
	}
	return link
}
