// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package registry is where tokens live: today a YAML file that is reloaded when it changes.
//
// All tokens are in memory. A look-up does no I/O and takes no lock, so a flood of unknown tokens costs no more than
// their hashes. A version that can't be served is reported and leaves the old one serving.
package registry
