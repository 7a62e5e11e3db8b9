// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

//go:generate mdatagen metadata.yaml

// Package spanratelimitprocessor holds each client token and each organization to its spans a minute, in sliding
// windows. A batch is admitted whole or refused whole, with an honest Retry-After.
package spanratelimitprocessor
