// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package token holds the records of tokens and organizations, the format of secrets, and the rules that one record
// has to keep by itself. Rules across records, such as unique ids, belong to the registry.
package token
