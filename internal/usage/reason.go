// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import (
	"encoding/json"
	"fmt"
)

// Reason says why a request was refused before its body was read: the outcomes of package admission that refuse somebody
// whose token is known.
type Reason uint8

// The reasons.
const (
	Shed Reason = iota
	OriginDenied
	OriginMissing
	OriginMalformed
	SignalDenied
	PathUnknown
	Disabled
	Expired
	Stale
	numReasons
)

var reasonNames = [numReasons]string{
	"shed", "origin_denied", "origin_missing", "origin_malformed", "signal_denied", "path_unknown", "disabled", "expired",
	"stale",
}

// String returns the label that the outcome has in metrics, too.
func (r Reason) String() string {
	return reasonNames[r]
}

// ReasonOf returns the reason with a label, if there is one.
func ReasonOf(label string) (Reason, bool) {
	for r, name := range reasonNames {
		if name == label {
			return Reason(r), true
		}
	}
	return 0, false
}

// RequestsRefused are numbers of requests by [Reason]. In JSON it is an object with those that aren't 0.
type RequestsRefused [numReasons]int64

// Total returns the refused requests of all reasons.
func (r RequestsRefused) Total() int64 {
	var total int64
	for _, n := range r {
		total += n
	}
	return total
}

// ByName returns those that aren't 0.
func (r RequestsRefused) ByName() map[string]int64 {
	named := map[string]int64{}
	for reason, n := range r {
		if n != 0 {
			named[reasonNames[reason]] = n
		}
	}
	return named
}

// MarshalJSON implements json.Marshaler.
func (r RequestsRefused) MarshalJSON() ([]byte, error) {
	return json.Marshal(r.ByName())
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *RequestsRefused) UnmarshalJSON(text []byte) error {
	var named map[string]int64
	if err := json.Unmarshal(text, &named); err != nil {
		return err
	}
	*r = RequestsRefused{}
	for name, n := range named {
		reason, known := ReasonOf(name)
		if !known {
			return fmt.Errorf("%q is no reason why requests are refused", name)
		}
		r[reason] = n
	}
	return nil
}
