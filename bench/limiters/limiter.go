// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import "context"

// limiter decides one batch for a token and its organization.
type limiter interface {
	decide(ctx context.Context, organization, token string, n int) (admitted bool, err error)
	close()
}

// quota is what the limiters are to enforce, a minute; the same for each token, and for each organization.
type quota struct {
	token, organization int
}

// contestant is a limiter that can be opened afresh: each sample gets its own, so that none carries anything over that
// FLUSHALL does not reach.
type contestant struct {
	name  string
	peer  bool     // a project other than ours
	sends []string // the commands its client sends, as Redis calls them: those that scripts run are not counted again
	open  opener
}

// opener returns a limiter that keeps its counts in the Redis at the address.
type opener func(ctx context.Context, address string, q quota) (limiter, error)

func (c contestant) title() string {
	return c.name
}
