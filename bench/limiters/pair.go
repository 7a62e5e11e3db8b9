// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import "context"

// pair makes a limiter of one that knows single keys: it asks for the token first, then for its organization. A batch
// that the organization refuses is charged to the token all the same; none of these limiters can take it back.
type pair struct {
	token, organization ask
	shut                func()
}

// ask checks and charges one key.
type ask func(ctx context.Context, key string, n int) (admitted bool, err error)

func (p pair) decide(ctx context.Context, organization, token string, n int) (bool, error) {
	admitted, err := p.token(ctx, token, n)
	if !admitted || err != nil {
		return false, err
	}
	return p.organization(ctx, organization, n)
}

func (p pair) close() {
	p.shut()
}
