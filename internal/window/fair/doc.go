// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package fair holds each client of a token to a share of its own, in bounded memory and at a bounded cost, so that one
// that floods doesn't use up what the token's limit leaves for all.
//
// # What a limit means here
//
// A client has a bucket that leaks (the generic cell rate algorithm, ITU-T I.371): spans fill it, it drains by the limit L
// in every [window.Length], and a batch is admitted if it fits. All that is kept of it is the moment at which it will be
// empty. That is less strict than a sliding window, and a small part of its size:
//
//   - In any window.Length at most 2 L are admitted. Proof: n spans move the moment, which is never before now, on by n/L
//     of a Length, and only if it is a Length ahead at most then. So what is admitted from t to t + Length has moved it
//     from t, or later, to t + 2 Length at most.
//   - Who offers no more than L in any Length is never refused, but for the last 2 %, by which single spans may be rounded
//     up. Proof: if the bucket has not been empty for k Lengths and a part of one, then k L have drained, and no more than
//     (k + 1) L have come.
//   - The wait that [Table.Charge] returns is exact, if nothing else is admitted meanwhile.
//
// An empty bucket is none, so a client that pauses for as long as its spans are of its limit can be forgotten. The moment is
// a part of the limit, not a number of spans, so a limit that is edited applies from then on, to the same part.
//
// # Memory
//
// The table has 2^15 sets of 16 buckets: 9 MB, taken when the first client comes. A hash with a secret seed tells
// which set is a client's, so nobody can aim at another's. Who has no bucket gets the one of its set that is empty first.
// It is empty by now unless more than 16 clients of the set have one in use: with 100,000 clients that all use theirs at a
// moment, the odds that this happens to any of them are 1 in 1,000. If it does:
//
//   - Nobody gets a fresh bucket. The latest moment of all buckets that were taken away is the set's floor, and each new
//     bucket begins there. So a client's moment is never later than that of its bucket or, if it has none, the floor, and
//     the first proof holds.
//   - The price is that newcomers begin with what others have used. Yet the floor is the least that anybody of the set has
//     used when a bucket is taken away. So whoever offers less than L/2 in any Length is refused only if, within the past
//     two Lengths, the clients of its set have used more than 16/2 whole limits in one. Proof: its bucket is too full
//     only if it has begun more than half full, which none of the 16 was without at least that much in the Length before.
//     For the whole table that makes a quarter of a million limits a minute; ten million addresses that send a
//     hundredth of theirs don't come near.
//
// All tokens share the table; what a client uses of one doesn't count for another.
package fair
