// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package redisstore keeps in Redis what the collectors of a fleet counted, added up.
//
// # Keys
//
// The braces are literal: Redis Cluster keeps all keys of an organization in one slot by them.
//
//	<prefix>:u:{<organization>}:o:m:<hour>          minutes of an hour since 1970, a usage.Page
//	<prefix>:u:{<organization>}:o:h:<day>           hours of a day since 1970, a usage.Page
//	<prefix>:u:{<organization>}:t:<token>:m:<hour>  the same of a token
//	<prefix>:u:{<organization>}:t:<token>:h:<day>
//	<prefix>:u:{<organization>}:t:<token>:o:<day>   origins, each in a line with the requests allowed, refused, reported
//	<prefix>:u:{<organization>}:t:<token>:l         last use, a hash: token or the key of a secret -> seconds since 1970
//	<prefix>:u:{<organization>}:c:<collector>       number of the last call of a collector
//
// All expire. What isn't used has no keys.
//
// # Calls
//
// What is added goes in calls of one script, each for up to 64 tokens of an organization. Calls are numbered: one whose
// answer got lost is sent again as it is, until it is answered, and the script does nothing if it has done that one
// before. An organization's calls follow one another, so the number of the last one says all. What is counted meanwhile
// waits, minute by minute.
//
// Minutes are those of the clock of Redis: a collector whose own is wrong by more than half a minute counts for the right
// ones nevertheless.
package redisstore
