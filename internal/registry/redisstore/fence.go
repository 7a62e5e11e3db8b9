// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	_ "embed" // the script
	"fmt"
	"strconv"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
)

//go:embed fence.lua
var fenceSource string

// fence keeps writers away from a registry that has lost writes, as long as it has this head. Where this collector may
// not write, nobody is kept away; what it serves is not touched by that.
func (t *tail) fence(ctx context.Context, seen head) {
	if !t.loaded || seen.fence != "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	revision, entry := seen.asStored()
	_, _ = redisconn.NewScript(fenceSource).Run(ctx, t.client, []string{t.keys.head},
		seen.birth, revision, entry, fmt.Sprintf("%d %s", t.at.revision, t.at.birth))
}

// asStored returns the fields as they stand in Redis, empty where they are not there.
func (h head) asStored() (revision, entry string) {
	if !h.begun() {
		return "", ""
	}
	return strconv.FormatUint(uint64(h.revision), 10), h.entry
}
