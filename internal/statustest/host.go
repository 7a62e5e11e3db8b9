// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package statustest hosts components in tests, and keeps what status they report.
package statustest

import (
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
)

// Host keeps the status events that components report. It has no extensions.
type Host struct {
	mu     sync.Mutex
	events []*componentstatus.Event
}

var (
	_ component.Host           = (*Host)(nil)
	_ componentstatus.Reporter = (*Host)(nil)
)

// GetExtensions implements component.Host.
func (*Host) GetExtensions() map[component.ID]component.Component { return nil }

// Report implements componentstatus.Reporter.
func (h *Host) Report(event *componentstatus.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, event)
}

// Events returns what was reported, in order.
func (h *Host) Events() []*componentstatus.Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]*componentstatus.Event(nil), h.events...)
}

// Statuses returns the statuses of the events.
func (h *Host) Statuses() []componentstatus.Status {
	var statuses []componentstatus.Status
	for _, event := range h.Events() {
		statuses = append(statuses, event.Status())
	}
	return statuses
}
