// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"slices"
	"time"
)

const idRule = "write 1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit first"

// Validate returns every rule that the token breaks by itself. An absent id is no fault, since the registry makes one;
// the syntax of allowed_origins is checked by package origin.
func (t Token) Validate() []Fault {
	var f faults
	f.addIf(t.ID != "" && !ValidID(t.ID), "id", "is not a valid id", idRule+", or drop the key to get one")
	f.requiredID("organization", t.Organization)
	f.text("name", t.Name, maxName)
	f.text("memo", t.Memo, maxMemo)
	f.text("environment", t.Environment, maxName)
	f.text("created_by", t.CreatedBy, maxUser)
	f.kind(t)
	f.originMode(t.OriginMode)
	f.signals(t.Signals)
	f.limit("spans_per_minute", t.SpansPerMinute)
	f.limit("client_spans_per_minute", t.ClientSpansPerMinute)
	f.secrets(t)
	f.times("expires_at", t.CreatedAt, t.ExpiresAt)
	return f
}

func (f *faults) requiredID(field, id string) {
	switch {
	case id == "":
		f.add(field, "is missing", idRule)
	case !ValidID(id):
		f.add(field, "is not a valid id", idRule+"; it is an id, not a name")
	}
}

func (f *faults) kind(t Token) {
	switch t.Kind {
	case KindWeb, KindMobile:
	case KindRemoteWrite:
		f.addIf(t.AllowedOrigins != nil, "allowed_origins",
			"is set, but senders of kind remote_write must have no Origin", "drop the key, or change the kind")
		f.addIf(slices.ContainsFunc(t.Signals, func(s Signal) bool { return s != SignalMetrics }), "signals",
			"names more than metrics, but that is all that kind remote_write may write", "drop the key, or change the kind")
	case "":
		f.add("kind", "is missing", "write web, mobile or remote_write")
	default:
		f.add("kind", "is unknown", "write web, mobile or remote_write")
	}
}

func (f *faults) originMode(mode OriginMode) {
	switch mode {
	case "", OriginEnforce, OriginReport:
	default:
		f.add("origin_mode", "is unknown", "write enforce or report, or drop the key to use the extension's")
	}
}

func (f *faults) signals(signals []Signal) {
	f.addIf(signals != nil && len(signals) == 0, "signals", "is empty",
		"name what the token may write, or drop the key for the default of its kind")
	for i, signal := range signals {
		switch signal {
		case SignalTraces, SignalMetrics, SignalLogs, SignalProfiles:
			f.addIf(slices.Contains(signals[:i], signal), at("signals", i), "is there twice", "remove one of them")
		default:
			f.add(at("signals", i), "is unknown", "write traces, metrics, logs or profiles")
		}
	}
}

const lastYear = 9999 // that RFC 3339 can write

func (f *faults) times(field string, createdAt, expiresAt time.Time) {
	f.addIf(max(createdAt.UTC().Year(), expiresAt.UTC().Year()) > lastYear, field,
		"or created_at is after the year 9999", "write an earlier time, or drop the key")
	f.addIf(!createdAt.IsZero() && !expiresAt.IsZero() && expiresAt.Before(createdAt), field,
		"is before created_at", "correct one of them, or drop expires_at if it shall never expire")
}
