// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package chart draws usage: where bars, lines and marks are. How they look is said by templates and style sheets, so a
// chart follows the theme of the page.
package chart
