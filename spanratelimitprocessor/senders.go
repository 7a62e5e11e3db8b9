// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor // import "github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor"

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"

	"go.opentelemetry.io/collector/client"
	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/refusal"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

var errNotALimit = errors.New("not a whole number from 0 up")

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

// batch says which windows a batch counts in. The error is the refusal for a sender that is not known, or whose
// limit can't be read: guessing a limit would fail open.
func (s senders) batch(ctx context.Context, spans int) (window.Batch, error) {
	auth := client.FromContext(ctx).Auth
	if auth == nil {
		return window.Batch{}, identityMissing("no authenticator told who sent these spans")
	}
	b := window.Batch{
		Organization: readID(auth, s.organization),
		Token:        readID(auth, s.token),
		Spans:        int64(spans),
	}
	if b.Organization == "" {
		return b, identityMissing("the sender belongs to no organization")
	}
	var errToken, errOrganization error
	b.TokenLimit, errToken = readLimit(auth, s.tokenLimit, window.Unlimited)
	b.OrganizationLimit, errOrganization = readLimit(auth, s.organizationLimit, s.defaultOrganizationLimit)
	if errToken != nil || errOrganization != nil {
		return b, identityMissing("the sender's limit can't be read: it must be a whole number from 0 up")
	}
	return b, nil
}

func identityMissing(message string) error {
	return refusal.New(codes.Unauthenticated, refusal.IdentityMissing, message, nil).Err()
}

// readID returns the id under a name, empty where there is none. Other authenticators may publish ids of any form
// and length; those are replaced by a digest, so that windows have short keys of one alphabet.
func readID(auth client.AuthData, name string) string {
	id, _ := auth.GetAttribute(name).(string)
	if id == "" || token.ValidID(id) {
		return id
	}
	digest := sha256.Sum256([]byte(id))
	return "h-" + hex.EncodeToString(digest[:16])
}

// readLimit accepts what authenticators publish: numbers of any kind, as JSON claims are, and decimal strings.
func readLimit(auth client.AuthData, name string, absent window.Limit) (window.Limit, error) {
	var limit int64
	switch value := auth.GetAttribute(name).(type) {
	case nil:
		return absent, nil
	case int64:
		limit = value
	case int:
		limit = int64(value)
	case float64:
		if limit = int64(value); float64(limit) != value {
			return 0, errNotALimit
		}
	case string:
		parsed, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return 0, errNotALimit
		}
		limit = parsed
	default:
		return 0, errNotALimit
	}
	if limit < 0 || limit > maxLimit {
		return 0, errNotALimit
	}
	return window.Limit(limit), nil
}
