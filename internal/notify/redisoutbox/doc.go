// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package redisoutbox is an outbox that all collectors share, in the Redis of their registry.
//
// One hash holds the deliveries of a channel, and a sorted set when each is due next. Who takes one makes it due again at
// the end of the lease: if the collector dies, another one finds it then. A string holds the position in the audit, and
// each claim is a string that expires. All keys are in the slot of the registry, so that one script can do what must be
// done together. Time is the server's.
package redisoutbox
