// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"slices"
	"time"
)

// Kind tells what sort of sender a token is for; the rules about origins depend on it.
type Kind string

// The kinds of tokens.
const (
	KindWeb         Kind = "web"
	KindMobile      Kind = "mobile"
	KindRemoteWrite Kind = "remote_write"
)

// Signal is a kind of telemetry data.
type Signal string

// The signals that a token can be allowed to write.
const (
	SignalTraces   Signal = "traces"
	SignalMetrics  Signal = "metrics"
	SignalLogs     Signal = "logs"
	SignalProfiles Signal = "profiles"
)

// OriginMode tells what becomes of a request whose origin is missing or not allowed.
type OriginMode string

// The modes: refuse, or admit and count.
const (
	OriginEnforce OriginMode = "enforce"
	OriginReport  OriginMode = "report"
)

// Token is the record of a client token. Slices and pointers are shared by copies and must not be written through.
type Token struct {
	ID             string     `json:"id,omitempty"              yaml:"id,omitempty"`
	Organization   string     `json:"organization,omitempty"    yaml:"organization,omitempty"`
	Name           string     `json:"name,omitempty"            yaml:"name,omitempty"`
	Memo           string     `json:"memo,omitempty"            yaml:"memo,omitempty"`
	Kind           Kind       `json:"kind,omitempty"            yaml:"kind,omitempty"`
	Environment    string     `json:"environment,omitempty"     yaml:"environment,omitempty"`
	AllowedOrigins []string   `json:"allowed_origins,omitempty" yaml:"allowed_origins,omitempty"` // nil: any or none
	OriginMode     OriginMode `json:"origin_mode,omitempty"     yaml:"origin_mode,omitempty"`     // "": the extension's
	Signals        []Signal   `json:"signals,omitempty"         yaml:"signals,omitempty"`         // nil: by kind

	// Spans a minute, of the token and of each of its client addresses; nil is no limit, 0 admits nothing.
	SpansPerMinute       *int64 `json:"spans_per_minute,omitempty"        yaml:"spans_per_minute,omitempty"`
	ClientSpansPerMinute *int64 `json:"client_spans_per_minute,omitempty" yaml:"client_spans_per_minute,omitempty"`

	// Either the plain secret, for demos and tests, or its records, more than one while a rotation overlaps.
	Secret  Plaintext `json:"secret,omitempty"  yaml:"secret,omitempty"`
	Secrets []Secret  `json:"secrets,omitempty" yaml:"secrets,omitempty"`

	Disabled  bool      `json:"disabled,omitempty"   yaml:"disabled,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"  yaml:"created_at,omitempty"`
	CreatedBy string    `json:"created_by,omitempty" yaml:"created_by,omitempty"`
	ExpiresAt time.Time `json:"expires_at,omitzero"  yaml:"expires_at,omitempty"` // zero: never
}

// SignalsOrDefault returns what the token may write: its own list, or the default of its kind.
func (t Token) SignalsOrDefault() []Signal {
	switch {
	case t.Signals != nil:
		return t.Signals
	case t.Kind == KindRemoteWrite:
		return []Signal{SignalMetrics}
	default:
		return []Signal{SignalTraces}
	}
}

// Writes reports whether the token may write a signal.
func (t Token) Writes(s Signal) bool {
	return slices.Contains(t.SignalsOrDefault(), s)
}

// Expired reports whether the token has an expiry time and now is not before it.
func (t Token) Expired(now time.Time) bool {
	return expired(t.ExpiresAt, now)
}
