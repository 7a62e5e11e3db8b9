// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package admission

import "github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"

// Intake is what a path or a method takes: a signal in OTLP, or metrics as Prometheus writes them.
type Intake string

// The intakes.
const (
	Traces      = Intake(token.SignalTraces)
	Metrics     = Intake(token.SignalMetrics)
	Logs        = Intake(token.SignalLogs)
	Profiles    = Intake(token.SignalProfiles)
	RemoteWrite = Intake(token.KindRemoteWrite)
)

// signal is what arrives there.
func (i Intake) signal() token.Signal {
	if i == RemoteWrite {
		return token.SignalMetrics
	}
	return token.Signal(i)
}

// takes tells whether a token may write here. Each kind does only its own work: what is public in pages and apps doesn't
// write where servers do, and what servers hold, which no origin binds, nowhere else.
func (i Intake) takes(t *token.Token) bool {
	return t.Writes(i.signal()) && (t.Kind == token.KindRemoteWrite) == (i == RemoteWrite)
}
