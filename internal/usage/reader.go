// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import (
	"context"
	"time"
)

// Reader tells what was counted. What a collector counted in the last five seconds may be missing. Subjects that nothing
// was counted for, or that don't exist, have zeros.
type Reader interface {
	// Series returns what each subject did in a period, in their order.
	Series(ctx context.Context, p Period, subjects ...Subject) ([]Series, error)

	// Totals returns the totals of Series alone. With steps of whole hours it is cheap for 10,000 tokens.
	Totals(ctx context.Context, p Period, subjects ...Subject) ([]Counts, error)

	// Origins returns the origins that requests of a token came from since the beginning of a day (UTC), the busiest
	// first: at most 100 a day, and 7 days are kept.
	Origins(ctx context.Context, token Subject, since time.Time) ([]Origin, error)

	// LastUse returns when tokens and their secrets were last used, in their order.
	LastUse(ctx context.Context, tokens ...Subject) ([]LastUse, error)
}

// Series is what a subject did in a period: in all, and step by step. Each step of the period has its bucket.
type Series struct {
	Totals  Counts   `json:"totals"`
	Buckets []Bucket `json:"series"`
}

// Bucket is what was counted in a step.
type Bucket struct {
	Start time.Time `json:"start"`
	Counts
}

// Origin is from where requests of a token came. Others is what came from the origins beyond the first 100 of a day.
type Origin struct {
	Origin   string `json:"origin"`
	Allowed  int64  `json:"allowed"`           // requests
	Refused  int64  `json:"refused"`           // requests
	Reported int64  `json:"reported,omitzero"` // requests let through by origin_mode: report only
}

// Others is the Origin of those beyond the first 100 of a day.
const Others = "others"
