// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package audit says what was done to the records of a registry: who did what, when, from where, and how it was before
// and after. A secret is never in it, and neither is its digest.
package audit
