// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package registry holds the tokens of all organizations, ready for requests, and says what a place where they live has
// to offer: filestore keeps them in a YAML file, redisstore in Redis.
//
// All tokens are in memory. A look-up does no I/O and takes no lock, so a flood of unknown tokens costs no more than
// their hashes. What a store can't say is reported, and leaves what it said last serving.
package registry
