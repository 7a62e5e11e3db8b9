// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

// MaxLimit is the highest limit that can be set, in spans a minute.
const MaxLimit = 1_000_000_000

func (f *faults) limit(field string, limit *int64) {
	if limit != nil && (*limit < 0 || *limit > MaxLimit) {
		f.add(field, "is not 0 to 1,000,000,000", "correct it, or drop the key for no limit; 0 admits nothing")
	}
}
