// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Action is what was done.
type Action string

// The actions. A rotated token has a secret that it didn't have before; one that was imported came with others; replaced
// is a registry whose records all others took the place of.
const (
	Created  Action = "created"
	Changed  Action = "changed"
	Rotated  Action = "rotated"
	Disabled Action = "disabled"
	Enabled  Action = "enabled"
	Deleted  Action = "deleted"
	Imported Action = "imported"
	Replaced Action = "replaced"
)

// Kind is what it was done to.
type Kind string

// The kinds. An entry about the registry is about all organizations, or nobody knows about which.
const (
	KindToken        Kind = "token"
	KindOrganization Kind = "organization"
	KindRegistry     Kind = "registry"
)

// ByFile is the author of what was changed in a file by hand, and ByCommand stands in front of a user of the command.
const (
	ByFile    = "file"
	ByCommand = "cli:"

	byAPI = "api:"
)

// ByUser returns the author of what a user of the API does: the name, or, if it looks like that of another author, "api:"
// and the name. People may be free to choose theirs.
func ByUser(name string) string {
	seen := strings.ToLower(strings.TrimSpace(name))
	if seen == ByFile || strings.HasPrefix(seen, ByCommand) || strings.HasPrefix(seen, byAPI) {
		return byAPI + name
	}
	return name
}

// Entry is one thing that was done. Its JSON is public.
type Entry struct {
	ID     ID        `json:"id,omitzero"      yaml:"id"`
	At     time.Time `json:"at"               yaml:"at"`
	By     string    `json:"by,omitempty"     yaml:"by,omitempty"`   // "cli:jo", what ByUser returns, "file"
	From   string    `json:"from,omitempty"   yaml:"from,omitempty"` // an address, or the name of a host
	Action Action    `json:"action"           yaml:"action"`
	Kind   Kind      `json:"kind"             yaml:"kind"`
	Record string    `json:"record,omitempty" yaml:"record,omitempty"` // the id of the token or the organization

	// Organization is the one whose record it is: that of a token after the change.
	Organization string `json:"organization,omitempty" yaml:"organization,omitempty"`

	// Of a change the fields that differ, where there are some; of what was created or deleted all. Where an organization was
	// deleted with so much else that there are Counts, Before has its fields.
	Before Fields `json:"before,omitempty" yaml:"before,omitempty"`
	After  Fields `json:"after,omitempty"  yaml:"after,omitempty"`

	// Counts stand in the place of the records where too many were changed at once to tell of each.
	Counts *Counts `json:"counts,omitempty" yaml:"counts,omitempty"`
}

// Counts are how many records were created, changed in any way, and deleted.
type Counts struct {
	Created int `json:"created" yaml:"created"`
	Changed int `json:"changed" yaml:"changed"`
	Deleted int `json:"deleted" yaml:"deleted"`
}

// Fields returns the names of those that differ, in their order.
func (e *Entry) Fields() []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(e.Before)), maps.Keys(e.After))
	slices.Sort(names)
	return slices.Compact(names)
}

// Organizations returns whose history the entry belongs to: two for a token that was moved, none for the registry.
func (e *Entry) Organizations() []string {
	var all []string
	if e.Organization != "" {
		all = append(all, e.Organization)
	}
	if e.Kind == KindToken && e.Action != Deleted {
		if from := e.Before.text("organization"); from != "" {
			all = append(all, from)
		}
	}
	return all
}
