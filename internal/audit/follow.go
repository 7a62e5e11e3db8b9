// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"time"
)

// batch is how many entries are asked for at once.
const batch = 100

// Follow calls visit with the entries that come after one, in their order, as soon as they are there: it asks again and
// again. It returns the error of visit, or of the log, or that of the context; whoever knows the last entry that visit has
// taken can go on from there.
func Follow(ctx context.Context, log Log, after ID, every time.Duration, visit func([]Entry) error) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		entries, err := log.Audit(ctx, Query{After: after, OldestFirst: true, Limit: batch})
		if err != nil {
			return err
		}
		if len(entries) > 0 {
			if err := visit(entries); err != nil {
				return err
			}
			after = entries[len(entries)-1].ID
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}
