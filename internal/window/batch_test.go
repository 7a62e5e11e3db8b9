// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Zero goes before too large, and of each the client before the token before the organization.
func TestHopelessOrder(t *testing.T) {
	const spans = 10
	for _, tt := range []struct {
		client, token, organization Limit
		want                        Decision
	}{
		{0, 0, 0, Decision{ZeroLimit, Client, 0, 0}},
		{9, 0, 0, Decision{ZeroLimit, Token, 0, 0}},
		{9, 9, 0, Decision{ZeroLimit, Organization, 0, 0}},
		{9, 9, 9, Decision{TooLarge, Client, 9, 0}},
		{10, 9, 9, Decision{TooLarge, Token, 9, 0}},
		{10, 10, 9, Decision{TooLarge, Organization, 9, 0}},
		{10, 10, 10, Decision{}},
		{0, Unlimited, Unlimited, Decision{ZeroLimit, Client, 0, 0}},
		{9, Unlimited, Unlimited, Decision{TooLarge, Client, 9, 0}},
	} {
		t.Run(fmt.Sprint(tt.client, tt.token, tt.organization), func(t *testing.T) {
			b := batch(spans, tt.token, tt.organization)
			b.Client = &Share{Limit: tt.client}
			got, refused := b.Hopeless()
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.want != Decision{}, refused)
		})
	}
}
