// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package forwarded tells from which client a request comes, also where proxies have passed it on: its address, and
// nothing that a client could have chosen itself.
package forwarded
