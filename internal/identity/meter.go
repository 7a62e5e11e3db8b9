// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package identity

import "github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"

// Metered returns the meter of the token, which a recorder makes when it is first asked for: most tokens of a large
// registry are idle. Without a recorder there is none.
func (h *Holder) Metered(r *usage.Recorder) *usage.Meter {
	if m := h.meter.Load(); m != nil || r == nil {
		return m
	}
	keys := make([]usage.SecretKey, len(h.token.Secrets))
	for i := range h.token.Secrets {
		keys[i] = usage.KeyOf(h.token.Secrets[i].SHA256)
	}
	subject := usage.Subject{Organization: h.token.Organization, Token: h.token.ID}
	h.meter.CompareAndSwap(nil, r.Meter(subject, keys))
	return h.meter.Load()
}

// Meter returns where the request is counted, nil if nowhere.
func (i *Identity) Meter() *usage.Meter {
	if i == nil {
		return nil
	}
	return i.holder.meter.Load()
}
