// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package lookout finds out what people should be told, and puts it into an outbox. Collectors that share one may all look:
// each event gets in once.
package lookout
