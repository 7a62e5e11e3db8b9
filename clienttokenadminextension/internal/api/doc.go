// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package api is the REST API of client_token_admin: it reads requests, lets the office do what they ask for, and writes
// answers. What it offers is in openapi.yaml, which it serves, too.
package api
