// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package usage counts what tokens and organizations send, and tells it again: per minute for a day, per hour for 30
// days.
//
// A [Meter] belongs to a token and is counted into by requests: atomics only, no lock, no allocation, no I/O. Every five
// seconds a [Recorder] takes what was counted since and gives it to a [Store], so what was sent is seen within ten
// seconds, and no more than that is lost when a collector is killed. A token that isn't used costs nothing.
package usage
