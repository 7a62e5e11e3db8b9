// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package webhook posts notifications to a URL, signed as Standard Webhooks 1.0.0 (standardwebhooks.com) says, so that
// receivers find a library for it in most languages.
package webhook
