// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

// Subject is who is counted for: a token, or, with an empty Token, its organization as a whole.
type Subject struct {
	Organization string
	Token        string
}
