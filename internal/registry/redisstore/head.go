// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// beginning is the id before the first entry of a stream.
const beginning = "0-0"

// head is what a registry says of itself.
type head struct {
	birth    string // empty where there is no registry
	revision registry.Revision
	entry    string // of the stream: the last one
	fence    string // the revision that a collector has served, and that is not here; empty: all is well
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
	fields, err := client.HMGet(ctx, k.head, "birth", "revision", "entry", "fence", "tokens", "organizations").Result()
	if err != nil {
		return head{}, err
	}
	text := func(i int) string { s, _ := fields[i].(string); return s }
	revision, _ := strconv.ParseUint(text(1), 10, 64)
	h := head{birth: text(0), revision: registry.Revision(revision), entry: text(2), fence: text(3)}
	h.records[0], _ = strconv.Atoi(text(4))
	h.records[1], _ = strconv.Atoi(text(5))
	if h.entry == "" {
		h.entry = beginning
	}
	return h, nil
}
