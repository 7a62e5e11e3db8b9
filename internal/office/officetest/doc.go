// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package officetest has offices for tests: with people of every role, on real stores.
package officetest
