// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ID tells entries of a registry apart, and which came first. It begins with a time, so that it goes on growing even if
// a registry has lost its history; how precise that is depends on the clocks. 0 is before all.
type ID struct {
	Millis uint64 // since 1970
	Number uint64
}

var errID = errors.New("an id of an entry looks like 1732531200000-0")

// ParseID reads what String writes.
func ParseID(text string) (ID, error) {
	millis, number, _ := strings.Cut(text, "-")
	m, errMillis := strconv.ParseUint(millis, 10, 64)
	n, errNumber := strconv.ParseUint(number, 10, 64)
	if errMillis != nil || errNumber != nil {
		return ID{}, errID
	}
	return ID{m, n}, nil
}

// String implements fmt.Stringer.
func (id ID) String() string {
	return fmt.Sprintf("%d-%d", id.Millis, id.Number)
}

// IsZero tells whether it is the id of no entry.
func (id ID) IsZero() bool {
	return id == ID{}
}

// Compare returns -1 if the entry came before the other one, 1 if after, 0 if it is the same.
func (id ID) Compare(other ID) int {
	return cmp.Or(cmp.Compare(id.Millis, other.Millis), cmp.Compare(id.Number, other.Number))
}

// Next returns the id of an entry that comes after this one, at a time.
func (id ID) Next(at time.Time) ID {
	if now := uint64(max(0, at.UnixMilli())); now > id.Millis {
		return ID{Millis: now}
	}
	return ID{id.Millis, id.Number + 1}
}

// MarshalText implements encoding.TextMarshaler.
func (id ID) MarshalText() ([]byte, error) {
	return []byte(id.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (id *ID) UnmarshalText(text []byte) error {
	parsed, err := ParseID(string(text))
	*id = parsed
	return err
}
