// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package origin parses allowed-origin patterns and Origin headers, and tells which origins a list of patterns admits.
//
// Both sides are brought into one canonical form and compared part by part (scheme, labels of the host, port), never by
// string prefix or suffix: a suffix test on ".example.com" or a glob across dots and slashes is how
// "https://evil.com/.example.com" passes elsewhere. The serialisation of an origin is that of RFC 6454, section 6.1,
// and of the WHATWG HTML standard.
package origin
