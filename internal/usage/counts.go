// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

// Counts are what was counted for a subject in some time.
type Counts struct {
	// Admitted are spans that were let through.
	Admitted int64 `json:"admitted"`

	// Refused are spans of batches that span_rate_limit refused.
	Refused Refused `json:"refused"`

	// RequestsRefused are requests that were refused before anybody read their bodies.
	RequestsRefused RequestsRefused `json:"requests_refused"`

	// ShedEstimated are the spans that the requests which were shed probably held, by the usual batch of the token.
	ShedEstimated int64 `json:"shed_estimated"`
}

// Refused are spans by the scope that refused them. A limit of 0 counts under its scope, too.
type Refused struct {
	Token        int64 `json:"token"`
	Organization int64 `json:"organization"`
	Client       int64 `json:"client"`
	Batch        int64 `json:"batch"`                // larger than a limit
	Unavailable  int64 `json:"unavailable,omitzero"` // nobody could be asked: Redis was away
}

// Total returns the refused spans of all scopes.
func (r Refused) Total() int64 {
	return r.Token + r.Organization + r.Client + r.Batch + r.Unavailable
}

// Lost returns how many spans were refused and, as an estimate, shed.
func (c *Counts) Lost() int64 {
	return c.Refused.Total() + c.ShedEstimated
}

// Offered returns how many spans there would have been without limits: admitted, refused and, as an estimate, shed.
func (c *Counts) Offered() int64 {
	return c.Admitted + c.Lost()
}

// Add adds what was counted at another time, or elsewhere.
func (c *Counts) Add(other *Counts) {
	for k := range numCounters {
		*c.counter(k) += *other.counter(k)
	}
}

// IsZero tells whether nothing was counted.
func (c *Counts) IsZero() bool {
	return *c == Counts{}
}
