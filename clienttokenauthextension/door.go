// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
)

// door is one server of a receiver, such as the HTTP protocol of otlp, and how the guard stands in front of it.
type door struct {
	name       string
	auth       bool // auth: {authenticator: <guard>}
	middleware bool // middlewares: [{id: <guard>}]
	locked     bool // by another authenticator, or another instance of this extension
	costly     bool // decompresses whole bodies before the guard comes
	snappy     bool // and has to: its senders know nothing else
}

func (d door) guarded() bool {
	return d.auth || d.middleware
}

// signalBlind tells whether the guard can't see which signal is written.
func (d door) signalBlind() bool {
	return d.auth && !d.middleware
}

// advice says how a door that is blind to signals comes to see them.
func (d door) advice(guard component.ID) string {
	return fmt.Sprintf("add middlewares: [{id: %s}] to %s, or take the receiver out of the pipeline", guard, d.name)
}

// cheaper says how the guard comes first.
func (d door) cheaper(guard component.ID) string {
	if d.snappy {
		return fmt.Sprintf("add auth: {authenticator: %s}, which comes first", guard)
	}
	return `set compression_algorithms: ["", gzip] beside middlewares:`
}

// open tells whether anybody comes in.
func (d door) open() bool {
	return !d.guarded() && !d.locked
}

// remoteWriters are the receivers of Prometheus remote write, by today's name and the former one. It prescribes snappy.
var remoteWriters = []string{"prometheus_remote_write", "prometheusremotewrite"}

// doors returns the servers of a receiver: the protocols of one that has several, else the receiver itself.
func (w *wiring) doors(receiver component.ID) []door {
	config, _ := w.Receivers[receiver].(map[string]any)
	protocols, several := config["protocols"].(map[string]any)
	if !several {
		d := w.door(receiver.String(), config)
		d.costly = d.decompressesAhead(config)
		d.snappy = slices.Contains(remoteWriters, receiver.Type().String())
		return []door{d}
	}
	var doors []door
	for _, name := range slices.Sorted(maps.Keys(protocols)) {
		// One that is off stands as null in the effective configuration; one that is on has its defaults filled in.
		if server, on := protocols[name].(map[string]any); on {
			d := w.door(receiver.String()+" protocol "+name, server)
			d.costly = name != "grpc" && d.decompressesAhead(server)
			doors = append(doors, d)
		}
	}
	return doors
}

func (w *wiring) door(name string, server map[string]any) door {
	d := door{name: name}
	auth, _ := server["auth"].(map[string]any)
	if id, ok := idOf(auth["authenticator"]); ok {
		d.auth = id == w.guard
		d.locked = !d.auth
	}
	middlewares, _ := server["middlewares"].([]any)
	for _, m := range middlewares {
		middleware, _ := m.(map[string]any)
		id, _ := idOf(middleware["id"])
		d.middleware = d.middleware || id == w.guard
		d.locked = d.locked || id != w.guard && id.Type() == w.guard.Type()
	}
	return d
}

// decompressesAhead tells whether bodies can be decompressed whole before the guard sees the request: confighttp does so
// with snappy, after auth: and before middlewares:. It is on unless compression_algorithms leaves it out.
func (d door) decompressesAhead(server map[string]any) bool {
	algorithms, listed := server["compression_algorithms"].([]any)
	return d.middleware && !d.auth && (!listed || slices.Contains(algorithms, any("snappy")))
}

func idOf(value any) (id component.ID, ok bool) {
	text, _ := value.(string)
	return id, id.UnmarshalText([]byte(text)) == nil
}

// openDoors warns of receivers that let some in by the guard and others without.
func (w *wiring) openDoors() []string {
	var warnings []string
	for _, receiver := range w.usedReceivers() {
		doors := w.doors(receiver)
		guarded := slices.IndexFunc(doors, door.guarded)
		open := slices.IndexFunc(doors, door.open)
		if guarded >= 0 && open >= 0 {
			warnings = append(warnings, fmt.Sprintf("receiver %s is open: %s is not, and both feed the same pipelines; "+
				"put %s in front of it, too, or use a receiver of its own",
				doors[open].name, doors[guarded].name, w.guard))
		}
	}
	return warnings
}

// costlyDoors warns of receivers at which a post without a token costs many times what refusing it should.
func (w *wiring) costlyDoors() []string {
	var warnings []string
	for _, receiver := range w.usedReceivers() {
		for _, d := range w.doors(receiver) {
			if d.costly {
				warnings = append(warnings, fmt.Sprintf("receiver %s decompresses snappy bodies before the token is looked at; %s",
					d.name, d.cheaper(w.guard)))
			}
		}
	}
	return warnings
}

// guards tells whether the guard stands in front of anything.
func (w *wiring) guards() bool {
	return slices.ContainsFunc(w.usedReceivers(), func(receiver component.ID) bool {
		return slices.ContainsFunc(w.doors(receiver), door.guarded)
	})
}

func (w *wiring) usedReceivers() []component.ID {
	used := map[component.ID]bool{}
	for _, parts := range w.Service.Pipelines {
		for _, receiver := range parts.Receivers {
			used[receiver] = true
		}
	}
	return slices.SortedFunc(maps.Keys(used), func(a, b component.ID) int {
		return strings.Compare(a.String(), b.String())
	})
}
