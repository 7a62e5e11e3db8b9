// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
)

// kept saves an outbox every second, and at the end.
type kept struct {
	memory  *outbox.Memory
	client  storage.Client
	report  outbox.Reporter
	cancel  context.CancelFunc
	running sync.WaitGroup
}

const saveEvery = time.Second

// keep loads what a storage extension holds for its owner, and goes on saving there.
func keep(
	ctx context.Context, m *outbox.Memory, host component.Host, owner, id component.ID, report outbox.Reporter,
) (*kept, error) {
	extension, there := host.GetExtensions()[id]
	if !there {
		return nil, fmt.Errorf("storage: there is no extension %s: add it to service: {extensions: […]}", id)
	}
	store, ok := extension.(storage.Extension)
	if !ok {
		return nil, fmt.Errorf("storage: %s stores nothing: name a storage extension, such as file_storage", id)
	}
	client, err := store.GetClient(ctx, component.KindExtension, owner, "notifications")
	if err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	k := &kept{memory: m, client: client, report: report}
	report.State("storage", m.Load(ctx, client))
	saving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	k.cancel = cancel
	k.running.Go(func() { k.run(saving) })
	return k, nil
}

func (k *kept) run(ctx context.Context) {
	ticker := time.NewTicker(saveEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := k.memory.Save(ctx, k.client); ctx.Err() == nil {
				k.report.State("storage", err)
			}
		}
	}
}

func (k *kept) close(ctx context.Context) error {
	k.cancel()
	k.running.Wait()
	return errors.Join(k.memory.Save(ctx, k.client), k.client.Close(ctx))
}
