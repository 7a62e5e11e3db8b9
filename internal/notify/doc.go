// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package notify holds what people are told about their tokens: which events there are, who is told of each, and in what
// words. A secret is never in it, and neither is its digest.
package notify
