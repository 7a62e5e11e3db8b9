// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"encoding/json"

	"github.com/redis/go-redis/v9"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
)

const auditPage = 500 // entries read at once

// Audit implements registry.Store.
func (s *Store) Audit(ctx context.Context, q audit.Query) ([]audit.Entry, error) {
	key := s.keys.audit
	if q.Organization != "" {
		key = s.keys.auditOf(q.Organization)
	}
	found := []audit.Entry{}
	for {
		page, err := s.auditPage(ctx, key, q)
		if err != nil {
			return nil, s.failed(err)
		}
		for _, m := range page {
			if e, ok := readEntry(m); ok && q.Takes(&e) {
				found = append(found, e)
			}
			if q.Full(len(found)) {
				return found, nil
			}
		}
		if len(page) < auditPage {
			return found, nil
		}
		q = beyond(q, page[len(page)-1].ID)
	}
}

// beyond asks for what comes behind an entry, in the order of the question.
func beyond(q audit.Query, entry string) audit.Query {
	id, _ := audit.ParseID(entry) // which Redis has made
	if q.OldestFirst {
		q.After = id
	} else {
		q.Before = id
	}
	return q
}

func (s *Store) auditPage(ctx context.Context, key string, q audit.Query) ([]redis.XMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	from, to := audit.ID{Millis: q.After.Millis, Number: q.After.Number + 1}.String(), "+"
	if !q.Before.IsZero() {
		to = entryBefore(q.Before.String())
	}
	if q.OldestFirst {
		return s.client.XRangeN(ctx, key, from, to, auditPage).Result()
	}
	return s.client.XRevRangeN(ctx, key, to, from, auditPage).Result()
}

// readEntry reports false for what isn't an entry of ours.
func readEntry(m redis.XMessage) (audit.Entry, bool) {
	var e audit.Entry
	text, _ := m.Values["entry"].(string)
	id, err := audit.ParseID(m.ID)
	if err != nil || json.Unmarshal([]byte(text), &e) != nil {
		return e, false
	}
	e.ID = id
	return e, true
}
