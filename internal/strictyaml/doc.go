// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package strictyaml decodes a YAML file into records and finds all that is wrong in it at once: each fault with its
// line and what to do about it, and never with a value, which could be a secret.
//
// A record is a struct whose fields all have a yaml tag. They hold texts, bools, times, numbers as *int64, arrays that
// unmarshal themselves from text, further records, and lists of these. Unknown fields are faults, and so are keys with
// nothing behind them, except for texts and lists. Aliases and merges (<<) work, and the line of a fault in what they
// bring is the one where that is written.
package strictyaml
