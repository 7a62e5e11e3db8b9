// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// beginning is the id before the first entry of a stream.
const beginning = "0-0"

// entryBefore returns the id just before that of an entry, which is milliseconds and a number.
func entryBefore(id string) string {
	time, number, _ := strings.Cut(id, "-")
	at, _ := strconv.ParseUint(time, 10, 64)
	n, _ := strconv.ParseUint(number, 10, 64)
	if n > 0 {
		return fmt.Sprintf("%d-%d", at, n-1)
	}
	return fmt.Sprintf("%d-%d", at-1, uint64(math.MaxUint64))
}

// head is what a registry says of itself.
type head struct {
	birth    string // empty where there is no registry
	revision registry.Revision
	entry    string // of the stream: the last one
	fence    string // what a collector has served, and what is not here: revision and birth; empty: all is well
	records  [2]int // how many tokens and organizations there must be
}

func (h head) begun() bool {
	return h.birth != ""
}

// bornAfter tells whether this registry was made on purpose to replace the other one.
func (h head) bornAfter(other head) bool {
	return born(h.birth) > born(other.birth)
}

// born is the time in front of a birth, in milliseconds; 0 of one that a plain write began; -1 where there is none.
func born(birth string) int64 {
	time, _, _ := strings.Cut(birth, "-")
	at, err := strconv.ParseInt(time, 10, 64)
	if err != nil {
		return -1
	}
	return at
}

// getHead asks for the head.
func (k keys) getHead(ctx context.Context, client redis.Cmdable) (head, error) {
	fields, err := k.queryHead(ctx, client).Result()
	if err != nil {
		return head{}, err
	}
	return readHead(fields), nil
}

func (k keys) queryHead(ctx context.Context, client redis.Cmdable) *redis.SliceCmd {
	return client.HMGet(ctx, k.head, "birth", "revision", "entry", "fence", "tokens", "organizations")
}

func readHead(fields []any) head {
	text := func(i int) string { s, _ := fields[i].(string); return s }
	revision, _ := strconv.ParseUint(text(1), 10, 64)
	h := head{birth: text(0), revision: registry.Revision(revision), entry: text(2), fence: text(3)}
	h.records[0], _ = strconv.Atoi(text(4))
	h.records[1], _ = strconv.Atoi(text(5))
	if h.entry == "" {
		h.entry = beginning
	}
	return h
}

// next is the revision of what takes the place of all: none that anybody has seen.
func (h head) next() registry.Revision {
	served, _ := strconv.ParseUint(h.served(), 10, 64)
	return max(h.revision, registry.Revision(served)) + 1
}

// served is the revision that a collector has served.
func (h head) served() string {
	revision, _, _ := strings.Cut(h.fence, " ")
	return revision
}
