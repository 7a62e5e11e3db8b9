// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package console has pages for people who look after tokens. They show and do what an office.Office does, as the API of
// package api does for programs. Pages are made here; scripts only save a click or a look, and nothing depends on them.
package console
