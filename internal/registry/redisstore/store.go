// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// Store is a registry in Redis for people: they read and change it.
type Store struct {
	loader

	config *redisconn.Config
}

var _ registry.Store = (*Store)(nil)

// Open returns the store, which connects when it is first asked. The config must be valid; the error is about the files
// that tls names.
func Open(ctx context.Context, config *redisconn.Config) (*Store, error) {
	client, err := redisconn.NewClient(ctx, config)
	if err != nil {
		return nil, err
	}
	return &Store{newLoader(client, config), config}, nil
}

// String implements registry.Store.
func (s *Store) String() string {
	return s.name
}

// Close implements registry.Store.
func (s *Store) Close() error {
	return s.client.Close()
}

// Source implements registry.Store.
func (s *Store) Source() registry.Source {
	return Follow(s.config)
}

// Contents implements registry.Store.
func (s *Store) Contents(ctx context.Context) (*registry.Contents, error) {
	records, at, err := s.load(ctx)
	if err != nil {
		return nil, s.failed(err)
	}
	if at.fence != "" {
		return nil, s.fenced(at)
	}
	contents, faults := records.contents(at.revision)
	if len(faults) > 0 {
		return nil, &registry.FaultsError{Where: s.String(), Faults: faults}
	}
	contents.Sort()
	return contents, nil
}

// Token implements registry.Store.
func (s *Store) Token(ctx context.Context, id string) (registry.Token, error) {
	text, err := s.record(ctx, s.keys.tokens, "token", id)
	if err != nil {
		return registry.Token{}, err
	}
	return readToken(id, text)
}

// Organization implements registry.Store.
func (s *Store) Organization(ctx context.Context, id string) (registry.Organization, error) {
	text, err := s.record(ctx, s.keys.organizations, "organization", id)
	if err != nil {
		return registry.Organization{}, err
	}
	return readOrganization(id, text)
}

func (s *Store) record(ctx context.Context, key, kind, id string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	h, err := s.keys.getHead(ctx, s.client)
	if err == nil && h.fence != "" {
		return "", s.fenced(h)
	}
	text, err := s.client.HGet(ctx, key, id).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return "", &registry.NotFoundError{Kind: kind, ID: id}
	case err != nil:
		return "", s.failed(err)
	default:
		return text, nil
	}
}

// failed says whether Redis can't be asked, or won't be written to.
func (s *Store) failed(err error) error {
	if errors.As(err, new(*registry.LostError)) {
		return err
	}
	if redis.HasErrorPrefix(err, "READONLY") {
		return fmt.Errorf("%w: %s is a replica: name its master", registry.ErrReadOnly, s)
	}
	return fmt.Errorf("%w: %s: %w", registry.ErrUnavailable, s, err)
}
