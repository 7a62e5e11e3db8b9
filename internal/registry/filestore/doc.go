// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package filestore keeps the records of a registry in a YAML file, which people and programs edit side by side. It is
// followed by looking at it, and written so that comments and order stay. A journal beside it says who did what.
package filestore
