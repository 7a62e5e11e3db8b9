// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package outbox keeps what is to be told to somebody until it was told: once it is in here, it is delivered at least once,
// and, as long as nobody dies on the way, once. It also knows which events were told before, and how far the history of
// the registry has been read.
package outbox
