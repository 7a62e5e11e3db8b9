// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package advice

import (
	"fmt"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// StockBatch is how many spans an SDK with default settings sends at once (maxExportBatchSize in opentelemetry-js).
const StockBatch = 512

// limit is the smallest of those that a batch has to fit.
type limit struct {
	spans int64
	scope scope
}

type scope int

const (
	none scope = iota
	ofToken
	ofClient
	ofOrganization
)

// lowLimit warns where a stock batch is larger than a limit: it can never pass.
func lowLimit(t *token.Token, o *token.Organization) (Warning, bool) {
	smallest := smallestLimit(t, o)
	if smallest.scope == none || smallest.spans >= StockBatch || !t.Writes(token.SignalTraces) {
		return Warning{}, false
	}
	return Warning{
		Kind: LowLimit,
		text: func() string {
			return fmt.Sprintf("%s is %d spans a minute; a stock SDK sends up to %d in a batch, which can never pass",
				smallest.scope.name(), smallest.spans, StockBatch)
		},
		fix: func() string {
			return fmt.Sprintf("%s, or maxExportBatchSize: %d in the SDK", smallest.scope.raise(t), smallest.spans)
		},
	}, true
}

// BatchSize returns the maxExportBatchSize that an SDK needs so that its batches can pass, and whether that is less than
// the default.
func BatchSize(t *token.Token, o *token.Organization) (int64, bool) {
	if _, low := lowLimit(t, o); low {
		return smallestLimit(t, o).spans, true
	}
	return StockBatch, false
}

func smallestLimit(t *token.Token, o *token.Organization) limit {
	smallest := limit{}.or(t.SpansPerMinute, ofToken).or(t.ClientSpansPerMinute, ofClient)
	if o != nil {
		smallest = smallest.or(o.SpansPerMinute, ofOrganization)
	}
	return smallest
}

// or leaves a limit of 0 aside, which is meant to admit nothing.
func (l limit) or(spans *int64, s scope) limit {
	if spans == nil || *spans <= 0 || l.scope != none && l.spans <= *spans {
		return l
	}
	return limit{*spans, s}
}

func (s scope) name() string {
	switch s {
	case ofClient:
		return "its limit for each client"
	case ofOrganization:
		return "the limit of its organization"
	default:
		return "its limit"
	}
}

func (s scope) raise(t *token.Token) string {
	switch s {
	case ofClient:
		return "clienttokens update " + t.ID + " --client-spans-per-minute N"
	case ofOrganization:
		return "clienttokens organization update " + t.Organization + " --spans-per-minute N"
	default:
		return "clienttokens update " + t.ID + " --spans-per-minute N"
	}
}
