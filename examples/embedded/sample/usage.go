// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/memorystore"
)

// makeUsage writes what client_token_auth would have kept of the tokens in a file_storage of this directory.
func makeUsage(ctx context.Context, directory, tokens string, now time.Time) error {
	contents, err := filestore.Open(tokens, filestore.Options{ReadOnly: true}).Contents(ctx)
	if err != nil {
		return err
	}
	client, err := openStorage(ctx, directory)
	if err != nil {
		return err
	}
	store, err := memorystore.Open(ctx, client, func() time.Time { return now })
	return errors.Join(err, record(ctx, store, contents.Tokens, now), store.Close(ctx))
}

func openStorage(ctx context.Context, directory string) (storage.Client, error) {
	if err := os.MkdirAll(directory, 0o750); err != nil {
		return nil, err
	}
	factory := filestorage.NewFactory()
	config := factory.CreateDefaultConfig().(*filestorage.Config)
	config.Directory = directory
	made, err := factory.Create(ctx, extension.Settings{
		ID: component.NewID(factory.Type()), TelemetrySettings: component.TelemetrySettings{Logger: zap.NewNop()},
	}, config)
	if err != nil {
		return nil, err
	}
	return made.(storage.Extension).GetClient(ctx, component.KindExtension, component.MustNewID("client_token_auth"), "usage")
}

// inUse is for how long the example was used: longer than spans are known, for last uses are known longer.
const inUse = 48 * day

// record adds what was counted until now: by the hour, and what is known by the minute, by the minute.
func record(ctx context.Context, store usage.Store, tokens []registry.Token, now time.Time) error {
	now = now.Truncate(time.Minute)
	minutes := now.Add(-usage.MinutesKept).Truncate(time.Hour)
	for at, step := now.Add(-inUse).Truncate(time.Hour), time.Hour; at.Before(now); at = at.Add(step) {
		if !at.Before(minutes) {
			step = time.Minute
		}
		if err := store.Add(ctx, batch(tokens, at, at.Add(step), now)); err != nil {
			return err
		}
	}
	return nil
}

// batch is what was counted in a stretch of time: of tokens, and with it of their organizations.
func batch(tokens []registry.Token, from, to, now time.Time) *usage.Batch {
	b := &usage.Batch{Time: to.Add(-time.Second)}
	organizations := map[string]*usage.Counts{}
	for _, t := range tokens {
		d := usage.Delta{Subject: usage.Subject{Organization: t.Organization, Token: t.ID}}
		for at := from; at.Before(to); at = at.Add(time.Minute) {
			add(&d, minute(t.Token, at, now))
		}
		b.Deltas = append(b.Deltas, d)
		if organizations[t.Organization] == nil {
			organizations[t.Organization] = &usage.Counts{}
		}
		organizations[t.Organization].Add(&d.Counts)
	}
	for id, counts := range organizations {
		b.Deltas = append(b.Deltas, usage.Delta{Subject: usage.Subject{Organization: id}, Counts: *counts})
	}
	return b
}

func add(d *usage.Delta, more usage.Delta) {
	d.Add(&more.Counts)
	d.Used = d.Used || more.Used
	d.Secrets = append(d.Secrets, more.Secrets...)
	d.Origins = append(d.Origins, more.Origins...)
}
