// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"maps"
	"slices"
)

// beats finds out soon when a server has lost what it was told, though nothing else need be asked: all collectors are to
// charge what they admitted before one of them, which noticed earlier, has settled and spends it again.
func (w *Windows) beats() {
	for w.pause(probeInterval) {
		for _, n := range w.servers() {
			n.beat()
		}
	}
}

// beat makes one call about the logs that were last charged. All others are older.
func (n *node) beat() {
	e := n.recent.Load()
	now := n.windows.clock()
	if e == nil || n.isAlone(now) {
		return
	}
	e.Lock()
	defer e.Unlock()
	if o := &e.Value; o.node == n && o.probe(now) {
		n.windows.ask(o)
		return
	}
	n.recent.CompareAndSwap(e, nil)
}

func (w *Windows) servers() []*node {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Collect(maps.Values(w.nodes))
}
