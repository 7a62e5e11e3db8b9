// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

//go:generate mdatagen metadata.yaml

// Package clienttokenauthextension tells who posts: it finds the client token of a request, looks it up, checks
// its origin and publishes the identity in client.Info.Auth. It works as authenticator (auth:) and, over HTTP, as
// middleware (middlewares:) with exact statuses; both run the same check.
package clienttokenauthextension
