// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// member is a node of a cluster as a node sees it: a line of CLUSTER NODES.
type member struct {
	id, address, master string
	flags, slots        []string // a slot may be a range
	epoch               int
}

// members reads what CLUSTER NODES answers: <id> <ip:port@bus> <flags> <master> <ping> <pong> <epoch> <link> <slot>...
func members(answer string) ([]member, error) {
	var all []member
	for line := range strings.Lines(answer) {
		fields := strings.Fields(line)
		if len(fields) < 8 {
			return nil, fmt.Errorf("CLUSTER NODES says %q", line)
		}
		epoch, err := strconv.Atoi(fields[6])
		if err != nil {
			return nil, err
		}
		address, _, _ := strings.Cut(fields[1], "@")
		all = append(all, member{
			id: fields[0], address: address, flags: strings.Split(fields[2], ","), master: fields[3], epoch: epoch,
			slots: fields[8:],
		})
	}
	return all, nil
}

func (m *member) is(flag string) bool {
	return slices.Contains(m.flags, flag)
}

// serves reports whether the slot is the node's.
func (m *member) serves(slot int) bool {
	return m.is("master") && slices.ContainsFunc(m.slots, func(span string) bool {
		from, to, ranged := strings.Cut(span, "-")
		if !ranged {
			to = from
		}
		first, err1 := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		return err1 == nil && err2 == nil && first <= slot && slot <= last // a slot on the move is in brackets, too
	})
}
