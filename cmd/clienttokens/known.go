// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// known are the tokens that a checker knows.
type known struct {
	*registry.Registry
	only *registry.Grant // whatever the secret is, since nobody has it here
}

// Lookup implements admission.Tokens.
func (k known) Lookup(d token.Digest) (*registry.Grant, bool) {
	if k.only != nil {
		return k.only, true
	}
	return k.Registry.Lookup(d)
}

// anySecret stands for that of a token named by its id.
var anySecret = strings.Repeat("x", ownLength)

func (c *cli) tokensOf(ctx context.Context, contents *registry.Contents, q *question) (known, error) {
	k := known{Registry: registry.New(fixed{contents})}
	if err := k.Start(ctx, nil); err != nil || q.id == "" {
		return k, err
	}
	t, found := contents.Token(q.id)
	if !found {
		return k, &registry.NotFoundError{Kind: "token", ID: q.id}
	}
	newest := t.Secrets[len(t.Secrets)-1]
	for _, s := range t.Secrets {
		if !s.Expired(c.now()) {
			newest = s
		}
	}
	k.only, _ = k.Registry.Lookup(newest.SHA256)
	q.secret = anySecret
	return k, nil
}

// fixed is a source that never changes.
type fixed struct{ contents *registry.Contents }

// Start implements registry.Source.
func (f fixed) Start(_ context.Context, follower registry.Follower) error {
	follower.Loaded(f.contents)
	return nil
}

// Close implements registry.Source.
func (fixed) Close() {}

var _ admission.Tokens = known{}
