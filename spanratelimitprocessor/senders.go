// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/client"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// What missing_identity decides about.
var (
	errNoAuth = errors.New("no authenticator told who sent these spans: " +
		"give the receiver one, and put this processor before any batching")
	errNoOrganization = errors.New("the sender belongs to no organization: the authenticator must publish one")
)

// missing reports whether nobody is known to have sent a batch. A sender whose attributes are there, but can't be
// read, isn't missing, and is refused whatever missing_identity says: anything else would fail open.
func missing(err error) bool {
	return errors.Is(err, errNoAuth) || errors.Is(err, errNoOrganization)
}

// senders reads from client.Info.Auth who sent a batch, by attribute names only, so that the limits work behind any
// authenticator.
type senders struct {
	token, organization           string
	tokenLimit, organizationLimit string
	defaultOrganizationLimit      window.Limit
}

func newSenders(cfg *Config) senders {
	s := senders{
		token:                    cfg.TokenAttribute,
		organization:             cfg.OrganizationAttribute,
		tokenLimit:               cfg.TokenLimitAttribute,
		organizationLimit:        cfg.OrganizationLimitAttribute,
		defaultOrganizationLimit: window.Unlimited,
	}
	if limit := cfg.DefaultOrganizationSpansPerMinute; limit != nil {
		s.defaultOrganizationLimit = window.Limit(*limit)
	}
	return s
}

// batch says which windows a batch counts in. The error says why that can't be known.
func (s senders) batch(ctx context.Context, spans int) (window.Batch, error) {
	auth := client.FromContext(ctx).Auth
	if auth == nil {
		return window.Batch{}, errNoAuth
	}
	a := attributes{auth: auth}
	b := window.Batch{
		Organization:      a.id(window.Organization, s.organization),
		Token:             a.id(window.Token, s.token),
		OrganizationLimit: a.limit(window.Organization, s.organizationLimit, s.defaultOrganizationLimit),
		TokenLimit:        a.limit(window.Token, s.tokenLimit, window.Unlimited),
		Spans:             int64(spans),
	}
	switch {
	case a.err != nil:
		return window.Batch{}, a.err
	case b.Organization == "":
		return window.Batch{}, errNoOrganization
	}
	return b, nil
}
