// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// act is what somebody did.
type act struct {
	days float64 // before this morning
	by   string
	do   func(context.Context, *lifecycle.Operator) error
}

// operator is who did it, at that time.
func (a act) operator(store registry.Store, now time.Time) *lifecycle.Operator {
	then := before(now, a.days)
	return lifecycle.New(store, lifecycle.Options{By: a.by, From: "127.0.0.1", Now: func() time.Time { return then }})
}

// before returns when it was so many days before this morning.
func before(now time.Time, days float64) time.Time {
	return now.Truncate(day).Add(-time.Duration(days * float64(day)))
}

// disabledDays is how long the token partner-preview has been disabled.
const disabledDays = 6.45

// history is what people did, the oldest first: each token shows something that the console tells of. The two of the
// file, shop-web and shop-app, are those that the example's page and the README use.
var history = []act{
	{151.6, "olga", created(token.Token{ // its secret is old
		ID: "store-metrics", Organization: "acme", Name: "Stores, their Prometheus", Kind: token.KindRemoteWrite,
		Environment: "production",
	})},
	{88.42, "max", created(token.Token{ // nobody uses it any more
		ID: "spring-campaign", Organization: "acme", Name: "Spring campaign", Kind: token.KindWeb, Environment: "production",
		Memo: "For the landing pages of the agency.", AllowedOrigins: []string{"https://spring.example.com"},
		SpansPerMinute: new(int64(600)),
	})},
	{81.55, "olga", expiring(90*day, token.Token{ // it expires soon
		ID: "kiosk-app", Organization: "acme", Name: "Kiosks in the stores", Kind: token.KindMobile, Environment: "production",
		Memo: "Until the contract with their maker ends.",
	})},
	{74.37, "max", created(token.Token{ // it sends more than it may
		ID: "checkout-web", Organization: "acme", Name: "Checkout", Kind: token.KindWeb, Environment: "production",
		AllowedOrigins: []string{"https://shop.example.com"}, SpansPerMinute: new(int64(540)),
	})},
	{66.48, "max", created(token.Token{ // its secret is being changed
		ID: "courier-app", Organization: "acme", Name: "Courier, the mobile app", Kind: token.KindMobile,
		Environment: "production", SpansPerMinute: new(int64(1000)), ClientSpansPerMinute: new(int64(600)),
	})},
	{60.33, "olga", created(token.Token{ // soon any page may use it
		ID: "blog-web", Organization: "acme", Name: "Blog", Kind: token.KindWeb, Environment: "production",
		AllowedOrigins: []string{"https://blog.example.com"}, SpansPerMinute: new(int64(600)),
	})},
	{52.48, "max", created(token.Token{ // its limit is less than a batch of an SDK
		ID: "help-widget", Organization: "acme", Name: "Help widget", Kind: token.KindWeb, Environment: "staging",
		AllowedOrigins: []string{"https://*.staging.example.com"}, SpansPerMinute: new(int64(300)),
	})},
	{45.6, "max", created(token.Token{ // disabled, and somebody still tries
		ID: "partner-preview", Organization: "acme", Name: "Preview for partners", Kind: token.KindWeb, Environment: "staging",
		AllowedOrigins: []string{"https://preview.example.org"}, SpansPerMinute: new(int64(600)),
	})},
	{40.51, "ada", func(ctx context.Context, o *lifecycle.Operator) error {
		_, err := o.CreateOrganization(ctx, token.Organization{
			ID: "bistro", Name: "Bistro Ltd.", SpansPerMinute: new(int64(1200)),
			Members: []token.Member{{User: "max", Role: token.RoleOwner, Email: "max@example.com"}},
		})
		return err
	}},
	{39.55, "max", created(token.Token{
		ID: "menu-web", Organization: "bistro", Name: "Menu and orders", Kind: token.KindWeb, Environment: "production",
		AllowedOrigins: []string{"https://bistro.example"}, SpansPerMinute: new(int64(900)),
	})},
	{23.42, "max", changed("blog-web", func(t *token.Token) {
		t.AllowedOrigins, t.Memo = []string{"*"}, "Also inside of partners' pages."
	})},
	{8.55, "olga", changed("checkout-web", func(t *token.Token) {
		t.AllowedOrigins = append(t.AllowedOrigins, "https://*.shop.example.com")
	})},
	{disabledDays, "olga", changed("partner-preview", func(t *token.Token) { t.Disabled = true })},
	{4.6, "max", func(ctx context.Context, o *lifecycle.Operator) error {
		_, err := o.Rotate(ctx, lifecycle.Target{ID: "courier-app"}, 7*day)
		return err
	}},
}

func created(t token.Token) func(context.Context, *lifecycle.Operator) error {
	return expiring(0, t)
}

// expiring creates a token that lives for so long, or for ever.
func expiring(in time.Duration, t token.Token) func(context.Context, *lifecycle.Operator) error {
	return func(ctx context.Context, o *lifecycle.Operator) error {
		if in != 0 {
			t.ExpiresAt = o.In(in)
		}
		_, err := o.Create(ctx, t)
		return err
	}
}

func changed(id string, edit func(*token.Token)) func(context.Context, *lifecycle.Operator) error {
	return func(ctx context.Context, o *lifecycle.Operator) error {
		_, err := o.Update(ctx, lifecycle.Target{ID: id}, edit)
		return err
	}
}
