// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package advice says what somebody should look at in a token before it becomes a problem: a secret that has grown old,
// an expiry that comes near, a limit that a stock SDK runs into. Texts are made when they are read, so that a collector
// can count the warnings of all its tokens. And, from what was used, how much senders should sample.
package advice
