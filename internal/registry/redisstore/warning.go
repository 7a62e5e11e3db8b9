// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// warnings are about the registry as a whole.
func (t *tail) warnings(ctx context.Context, c *registry.Contents) []registry.Fault {
	var warnings []registry.Fault
	if policy := t.evictionPolicy(ctx); policy != "" && policy != "noeviction" {
		warnings = append(warnings, registry.Fault{
			Field: "maxmemory-policy", Problem: "is " + policy + ", by which Redis drops tokens when it is short of memory",
			Fix: "set noeviction",
		})
	}
	if len(c.Organizations) == 0 {
		warnings = append(warnings, registry.Fault{
			Problem: "there are no tokens in " + t.name, Fix: "create some with the command clienttokens, or correct the prefix",
		})
	}
	return warnings
}

// evictionPolicy is empty where it can't be had: not everybody may ask for it.
func (t *tail) evictionPolicy(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	info, err := t.client.Info(ctx, "memory").Result()
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(info, "maxmemory_policy:")
	policy, _, _ := strings.Cut(rest, "\r\n")
	return policy
}
