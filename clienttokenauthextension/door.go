// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension // import "github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension"

import (
	"fmt"
	"maps"
	"slices"
)

// door is one server of a receiver, such as the HTTP protocol of otlp, and how the guard stands in front of it.
type door struct {
	name       string
	auth       bool // auth: {authenticator: <guard>}
	middleware bool // middlewares: [{id: <guard>}]
}

func (d door) guarded() bool {
	return d.auth || d.middleware
}

// signalBlind tells whether the guard can't see which signal is written.
func (d door) signalBlind() bool {
	return d.auth && !d.middleware
}

// doors returns the servers of a receiver: the protocols of one that has several, else the receiver itself.
func (w *wiring) doors(receiver string) []door {
	config, _ := w.Receivers[receiver].(map[string]any)
	protocols, several := config["protocols"].(map[string]any)
	if !several {
		return []door{w.door(receiver, config)}
	}
	var doors []door
	for _, name := range slices.Sorted(maps.Keys(protocols)) {
		// One that is off stands as null in the effective configuration; one that is on has its defaults filled in.
		if server, on := protocols[name].(map[string]any); on {
			doors = append(doors, w.door(receiver+" protocol "+name, server))
		}
	}
	return doors
}

func (w *wiring) door(name string, server map[string]any) door {
	auth, _ := server["auth"].(map[string]any)
	middlewares, _ := server["middlewares"].([]any)
	return door{
		name: name,
		auth: w.isGuard(auth["authenticator"]),
		middleware: slices.ContainsFunc(middlewares, func(m any) bool {
			middleware, _ := m.(map[string]any)
			return w.isGuard(middleware["id"])
		}),
	}
}

func (w *wiring) isGuard(id any) bool {
	name, ok := id.(string)
	return ok && name == w.guard.String()
}

// openDoors warns of receivers that let some in by the guard and others without.
func (w *wiring) openDoors() []string {
	var warnings []string
	for _, receiver := range w.usedReceivers() {
		doors := w.doors(receiver)
		guarded := slices.IndexFunc(doors, door.guarded)
		open := slices.IndexFunc(doors, func(d door) bool { return !d.guarded() })
		if guarded >= 0 && open >= 0 {
			warnings = append(warnings, fmt.Sprintf("receiver %s is open: %s is not, and both feed the same pipelines; "+
				"put %s in front of it, too, or use a receiver of its own",
				doors[open].name, doors[guarded].name, w.guard))
		}
	}
	return warnings
}

func (w *wiring) usedReceivers() []string {
	used := map[string]bool{}
	for _, parts := range w.Service.Pipelines {
		for _, receiver := range parts.Receivers {
			used[receiver] = true
		}
	}
	return slices.Sorted(maps.Keys(used))
}
