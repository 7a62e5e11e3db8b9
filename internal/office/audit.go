// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
)

// AuditQuery says which entries somebody wants to see, the newest first.
type AuditQuery struct {
	Token  string    // about which; "" about anything in the organization
	Since  time.Time // not older than this; zero: all that are kept
	Before audit.ID  // the Next of the page before; 0 for the first one
	Limit  int       // 1 to MaxPage; 0 is DefaultPage
}

// AuditPage is a part of what was done.
type AuditPage struct {
	Entries []audit.Entry
	Next    audit.ID // Before of the next page; 0 if this is the last one
}

// Audit returns what was done in an organization.
func (o *Office) Audit(ctx context.Context, p Person, organization string, q AuditQuery) (AuditPage, error) {
	if _, err := o.seen(p, organization); err != nil {
		return AuditPage{}, err
	}
	paging := Paging{Limit: q.Limit}
	if _, err := paging.check(); err != nil {
		return AuditPage{}, err
	}
	entries, err := o.store.Audit(ctx, audit.Query{
		Organization: organization, Token: q.Token, Since: q.Since, Before: q.Before, Limit: paging.Limit + 1,
	})
	if err != nil {
		return AuditPage{}, plain(err, 0)
	}
	if len(entries) <= paging.Limit {
		return AuditPage{Entries: append([]audit.Entry{}, entries...)}, nil
	}
	entries = entries[:paging.Limit]
	return AuditPage{Entries: entries, Next: entries[len(entries)-1].ID}, nil
}
