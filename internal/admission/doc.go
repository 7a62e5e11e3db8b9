// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package admission decides whether a request with a client token is let in: one check behind every door, and behind
// `clienttokens explain`.
package admission
