// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package redislog keeps the coalesced sliding logs of package window in Redis, where all collectors of a fleet share
// them. One call of one Lua script decides many batches of one organization at one moment of the server's clock.
//
// # Keys
//
// <prefix>:w:{<organization>}:o is the log of an organization, <prefix>:w:{<organization>}:t:<token> that of a token.
// The braces are literal: Redis Cluster keeps all logs of an organization on one node by them, so that one script can
// see both scopes. Each key lives for as long as a span in it counts, and some 13 s longer.
//
// # What a call does
//
// For the organization first, and then for one token after the other: it charges what its collector admitted without
// Redis (debts); it takes back what a lease left over (refunds); it decides batches, token before organization, charging
// an admitted one to both and a refused one to neither; and it grants leases. All of that is done, or nothing: nothing
// is written if Redis has lost a log that the collector knows (see below), and a call that only refuses writes nothing
// at all. So the bound of package window holds for every order in which calls of any number of collectors arrive.
//
// # Leases
//
// A lease is a number of spans that a collector may admit without asking, until the lease's span of time T after the
// call. The script charges it at that end: whatever is spent at u <= now + T counts until now + T + Length >= u +
// Length, as the proof in package window demands, for any delay of the answer and whatever becomes of the collector.
//
// # Refunds
//
// What is left of a lease is refunded: a number of spans u and the date D that they were charged at. They are in the
// first entry with last >= D or a later one, since a charge may be dated later than D, and an entry's last only grows.
// The script takes u from that first entry, and what it hasn't from those before it. All of these leave no later than
// the entry that u is in: so at any moment the total is at most u lower than without the refund, and only while the
// entry with u still counts. Hence it never falls below the truth, and it is exact where u is taken from its own entry.
// A refund that arrives when D is more than Length ago does nothing, however late it is; it must be sent once.
//
// (Taking u from the oldest entries is sound, too, but of no use: they are about to leave anyway, while the phantom
// stays. In trials leases made a token lose 5 to 13 % of its limit by that, and 0.1 % as it is now.)
//
// # Lost logs
//
// A log knows when it was born. A caller that has admitted spans of the past minute says which log they are in, and if
// the log is another, or there is none, then Redis was restarted without its data, flushed, or failed over. The call
// changes nothing then, and the collector comes back with its own admissions as debts.
//
// # Clock
//
// Redis tells microseconds. If its clock steps back entries stay longer; if it jumps forward by d, entries leave up to d
// earlier than they should. Clocks of collectors are used for differences only.
package redislog
