// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

//go:generate mdatagen metadata.yaml

// Package clienttokenadminextension is the people's side of client tokens: a REST API to create, change, rotate and
// delete them and to see usage, with roles and an audit. It works on the registry of a client_token_auth in the same
// Collector.
package clienttokenadminextension
