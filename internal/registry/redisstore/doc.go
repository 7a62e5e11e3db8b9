// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package redisstore keeps the records of a registry in Redis, for any number of collectors.
//
// Two hashes hold the records, by id and as JSON, each with the revision of its last write; a third says whose each secret
// is, by its digest; a stream holds the last changes; a head holds the revision of the registry, which each write raises
// by one, its birth, and how many records there are. Two more streams, one of all and one of each organization, are the
// audit. A write is one script, so it is done or not, and nobody sees half of it.
//
// A collector loads all records, and from then on reads the stream with blocking reads, so it knows of a change as soon
// as Redis does. Revisions in the stream must follow on one another: a gap, as a trimmed stream leaves, means to load
// all records again. What goes back means that writes were lost: Redis was flushed, has restarted empty, or an old
// replica took over. To follow would forget tokens and bring deleted ones back, so the collector keeps what it has,
// says so, and puts up a fence that keeps writers away until somebody replaces the registry on purpose. It notices by the
// entries of the stream, each of which names the one before it; where the stream has forgotten that, by records that
// contradict what it has served. Only if more than 10,000 writes follow on lost ones before it looks again, and these
// happen to leave no such record, it doesn't.
package redisstore
