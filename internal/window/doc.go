// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package window decides whether a batch of spans fits into the sliding minute of its token and of its organization.
//
// A limit of L means: in every interval of [Length], wherever it begins, at most L spans are admitted. A batch is
// admitted whole or refused whole, and a refused batch is charged to neither scope.
//
// # Algorithm
//
// Each scope has a coalesced sliding log, a list of entries (first, last, count) in order of time. An admission merges
// into the newest entry while less than one resolution has passed since its first moment, else it opens a new entry.
// An entry leaves as a whole when its last moment is [Hold] ago. n more spans fit if what the entries hold, plus n,
// is at most L. There are no aligned edges at which every client resets together, and traffic sparser than the
// resolution is counted exactly.
//
//   - Safety: a span admitted at t lies in an entry with last >= t, so it counts until t + Length at least. Hence the
//     total is never below the spans of the past Length, and an admission, which leaves it <= L, keeps those <= L.
//   - Completeness: last < first + resolution, so no span counts for longer than Length + resolution. Hence the
//     refusal of n proves that more than L - n spans were charged in the past Length + resolution.
//
// So the price is paid in one direction only: a sender that saturates its limit loses at most
// resolution / (Length + resolution) of it, 1.6 % at a resolution of one second.
//
// The usual cheaper windows err in the other direction. Counters aligned to the minute take L just before an edge and
// L just after it. Two counters weighted by their overlap assume that the older one was filled evenly, and a bucket
// (GCRA) with burst L refills L more while its burst still counts. All three admit up to 2 L in a minute to whoever
// aims at it, and tokens used in browsers are public, so somebody will.
//
// # Time
//
// Time is passed in, as a monotonic duration of at least 0 since any fixed moment, in microseconds or finer: rounded down
// to milliseconds, two moments could be up to one millisecond less than Length apart and pass for [Hold].
//
// Callers read their clock before they wait for a lock, so decisions may see time step back. Four rules keep the bound
// strict. A charge is dated max(now, last), which is never later than the decision itself. Entries are dropped only by
// a charge, so whatever was dropped is at least Length older than every later charge of that log. A refusal drops
// nothing. And [Memory.Sweep], which forgets whole logs, is a lower bound for the time of all decisions after it. So
// the dates of a log's charges never decrease, each lies between the call and its return, and the bound holds for them.
//
// # Memory
//
// A log has at most Length / resolution + 2 entries. It takes 64 bytes, 16 for each entry but the newest, and about
// 40 and its ID in the map: some 130 bytes for a rare sender, 1.2 KiB for a constant one at a resolution of one second.
package window
