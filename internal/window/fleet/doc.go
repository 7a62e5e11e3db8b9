// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package fleet decides batches by sliding windows that many collectors share in Redis, mostly without asking it.
//
// What a limit means is said in package window, how the shared logs hold it in package redislog: in every interval of
// window.Length at most the limit is admitted, by all collectors together. Three means save round trips, and none of
// them weakens that:
//
//   - Group commit: one call is under way for an organization at most. What arrives meanwhile goes with the next one,
//     in one script call. There is no timer, so an idle organization's batch waits for one round trip. Calls of several
//     organizations share a pipeline.
//   - Deny cache: the entries of a log are known after a refusal, and only leave at known moments. So what exceeds them
//     is refused here, until it could fit, with the exact time to wait; for a second at most, since others may give
//     spans back. See [ceiling].
//   - Leases: a call may charge more than it needs, dated at the end of the lease, to be spent here until then. See
//     package redislog for the proof.
//
// # When Redis fails
//
// A batch waits for Redis for at most the timeout, then it is decided without: by the policy. A server's circuit opens
// when three pipelines in a row fail, or half of at least twenty calls within a second (ten timeouts, if that is longer);
// then nothing waits. One probe at a time tries to return. What a collector admits without Redis it owes, and charges
// with its next call.
//
// By the policy Local a collector admits its share. Let K be the total of a shared log when this collector last heard
// of it, and R the number of replicas. Until all spans in K have left, it admits (L - K) / R more; from then on its own
// sliding log is held to L / R, rounded up. If all collectors heard of the log at the same time, they admit K + R * (L -
// K) / R <= L until K has left, and R * ceil(L / R) < L + R in every interval of window.Length after that. If they did
// not, an interval can also hold what the others admitted between the moment this one last heard of the log and the
// begin of the outage: nearly nothing if all of them call all the time, and never more than L. If only some lose Redis,
// the others still admit up to L there, and these their share.
//
// On return each collector charges what it owes, and goes on alone for [settling], so that all of them have charged
// before one spends what the shared log has left. Then the log has every span of the past minute, and its bound holds.
//
// If Redis comes back without its data, or loses it without an outage (FLUSHALL, a failover to a replica that is behind
// by a whole log), the log is another than the one known, the script changes nothing, and the collector owes all that it
// admitted in the past minute; it charges that, and settles. Four times a second a collector asks about a log that it
// knows, whatever else it asks: those that the deny cache keeps quiet find out while the others settle. Until they have
// settled, what was known of a log before is the better knowledge: the new one lacks what others have yet to charge. A
// failover to a replica that is only a little behind can't be told from the outside: what was admitted in that little
// time is forgotten.
package fleet
