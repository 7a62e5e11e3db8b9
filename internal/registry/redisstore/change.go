// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// envelope is what an entry of the stream, a write, says of itself.
type envelope struct {
	id, after string // its own, and that of the one before it
	revision  registry.Revision
	reload    bool // everything was replaced
}

func envelopeOf(m redis.XMessage) envelope {
	text, _ := m.Values["revision"].(string)
	revision, _ := strconv.ParseUint(text, 10, 64)
	e := envelope{id: m.ID, after: beginning, revision: registry.Revision(revision)}
	if after, _ := m.Values["after"].(string); after != "" {
		e.after = after
	}
	_, e.reload = m.Values["reload"]
	return e
}

// follows tells whether nothing was written between a head and the entry.
func (e envelope) follows(h head) bool {
	return e.revision == h.revision+1 && e.after == h.entry
}

// changesOf reads the records of an entry. One that can't be read, or can't be served, is an error.
func changesOf(m redis.XMessage) ([]registry.Change, error) {
	var changes []registry.Change
	for field, value := range m.Values {
		kind, id, ok := strings.Cut(field, ":")
		if !ok {
			continue
		}
		text, _ := value.(string)
		change, err := readChange(kind, id, text)
		if err != nil {
			return nil, err
		}
		changes = append(changes, change)
	}
	slices.SortFunc(changes, func(a, b registry.Change) int { return rank(a) - rank(b) })
	return changes, nil
}

// rank puts organizations that are there in front of their tokens, and those that are gone behind them.
func rank(c registry.Change) int {
	switch {
	case c.Token != nil:
		return 1
	case c.Deleted:
		return 2
	default:
		return 0
	}
}

func readChange(kind, id, text string) (registry.Change, error) {
	switch {
	case kind == "token" && text == "":
		return registry.DeleteToken(id, 0), nil
	case kind == "token":
		t, err := readToken(id, text)
		return registry.Change{Token: t.Token, Revision: t.Revision}, err
	case text == "":
		return registry.DeleteOrganization(id, 0), nil
	default:
		o, err := readOrganization(id, text)
		return registry.Change{Organization: o.Organization, Revision: o.Revision}, err
	}
}

func readToken(id, text string) (registry.Token, error) {
	var stored storedToken
	if err := decode(id, text, &stored); err != nil {
		return registry.Token{}, err
	}
	t, faults := registry.CheckToken(&stored.Token, stored.Revision)
	return t, sound("token", id, t.ID, faults)
}

func readOrganization(id, text string) (registry.Organization, error) {
	var stored storedOrganization
	if err := decode(id, text, &stored); err != nil {
		return registry.Organization{}, err
	}
	o, faults := registry.CheckOrganization(&stored.Organization, stored.Revision)
	return o, sound("organization", id, o.ID, faults)
}

// sound returns an error if there are faults, or the record is another one than its key says.
func sound(kind, key, id string, faults []registry.Fault) error {
	where := kind + " " + key
	switch {
	case len(faults) > 0:
		return &registry.FaultsError{Where: where, Faults: faults}
	case key != id:
		return fmt.Errorf("%s is stored with another id: repair it in Redis", where)
	default:
		return nil
	}
}
