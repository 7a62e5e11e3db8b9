// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package lifecycle is what people do with the records of a store: create, change, rotate, disable and delete them. The
// command and the API do it alike through here. Records are checked before they are written, and each write names the
// revision it has read, so that no change of somebody else is lost.
package lifecycle
