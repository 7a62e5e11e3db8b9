// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

func TestRefused(t *testing.T) {
	b := &window.Batch{TokenLimit: 5, OrganizationLimit: 6}
	for name, c := range map[string]struct {
		token, organization time.Duration
		scope               window.Scope
		limit               window.Limit
	}{
		"token":                     {2, 0, window.Token, 5},
		"organization":              {0, 2, window.Organization, 6},
		"both":                      {2, 1, window.Token, 5},
		"both, the other is longer": {1, 2, window.Token, 5},
	} {
		d, ok := refused(b, c.token, c.organization)
		assert.True(t, ok, name)
		assert.Equal(t, window.Decision{Outcome: window.OverLimit, Scope: c.scope, Limit: c.limit, RetryAfter: 2}, d, name)
	}
	d, ok := refused(b, 0, 0)
	assert.False(t, ok)
	assert.Equal(t, window.Decision{}, d)
}

func TestTell(t *testing.T) {
	var o organization
	a := new(account)
	o.tell(a)
	o.tell(a)
	assert.Equal(t, []*account{a}, o.telling)
}
