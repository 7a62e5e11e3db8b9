// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import "time"

// Full tells for how long not even one span fits into each window of a batch, if nothing else is charged meanwhile: 0
// where one fits, where there is no window, and where that isn't known.
type Full struct {
	Token, Organization time.Duration

	// Believed is for how long this may be believed before somebody should look again; 0: for as long as it lasts.
	Believed time.Duration
}

// Full looks at the windows of b, whatever its spans, and charges nothing.
func (m *Memory) Full(now time.Duration, b Batch) Full {
	b.Spans = 1
	if _, ok := b.Unasked(); ok {
		return Full{}
	}
	o := m.organizations.Lock(b.Organization)
	defer o.Unlock()
	now = max(now, time.Duration(m.swept.Load())) // as in Decide
	return Full{
		Token:        o.Value.tokens[b.Token].Wait(now, 1, b.EffectiveTokenLimit()),
		Organization: o.Value.window.Wait(now, 1, b.OrganizationLimit),
	}
}
