// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// answer is what becomes of a request, and why.
type answer struct {
	Admitted     bool   `json:"admitted"               yaml:"admitted"`
	Outcome      string `json:"outcome"                yaml:"outcome"`
	HTTP         int    `json:"http_status,omitempty"  yaml:"http_status,omitempty"`
	GRPC         string `json:"grpc_code,omitempty"    yaml:"grpc_code,omitempty"`
	Reason       string `json:"reason,omitempty"       yaml:"reason,omitempty"`
	Message      string `json:"message,omitempty"      yaml:"message,omitempty"` // to the sender
	Rule         string `json:"rule"                   yaml:"rule"`              // the one that decides
	Token        string `json:"token,omitempty"        yaml:"token,omitempty"`
	Organization string `json:"organization,omitempty" yaml:"organization,omitempty"`
	Steps        []step `json:"steps"                  yaml:"steps"`
}

// step is one rule and what it says.
type step struct {
	Rule   string `json:"rule"   yaml:"rule"`
	Result string `json:"result" yaml:"result"`
	Text   string `json:"text"   yaml:"text"`
}

// The results of steps.
const (
	passed     = "ok"
	refuses    = "refused"
	reported   = "reported"
	notReached = "–"
)

// explanation is a request that has been checked.
type explanation struct {
	*question
	admission.Result

	checker *admission.Checker
	owners  owners
	now     time.Time
}

const appOriginHeader = "X-LAST9-ORIGIN"

// ask has the request checked as the extension does it.
func (q *question) ask(tokens admission.Tokens, now func() time.Time) *explanation {
	checker := admission.NewChecker(tokens, admission.Settings{
		Headers:         []string{q.header},
		AppOriginHeader: appOriginHeader,
		ReportOnly:      q.report,
		Paths: map[string]token.Signal{
			"/v1/traces":              token.SignalTraces,
			"/v1/metrics":             token.SignalMetrics,
			"/v1/logs":                token.SignalLogs,
			"/v1development/profiles": token.SignalProfiles,
			"/api/v1/write":           token.SignalMetrics,
		},
	}, now)
	e := &explanation{question: q, checker: checker, now: now()}
	e.Result = checker.Check(q.request(), "")
	if e.Admits() {
		if o := checker.CheckPath(q.path, e.Grant.Token); !o.Admits() {
			e.Outcome = o
		}
	}
	return e
}

func (e *explanation) answer() answer {
	v := e.Verdict()
	a := answer{
		Admitted: e.Admits(), Outcome: v.Label, HTTP: v.HTTP, Reason: string(v.Reason), Message: v.Message,
	}
	if !a.Admitted {
		a.GRPC = v.GRPC.String()
	}
	if e.Outcome == admission.Missing {
		a.Message += e.checker.Place()
	}
	if e.Grant != nil {
		a.Token, a.Organization = e.Grant.Token.ID, e.Grant.Token.Organization
	}
	a.Steps = e.steps()
	a.Rule = "all"
	for _, s := range a.Steps {
		if s.Result == refuses {
			a.Rule = s.Rule
		}
	}
	return a
}

func (a answer) sentence() string {
	switch {
	case a.Outcome == admission.OriginReported.Verdict().Label:
		return "Admitted, and counted as " + a.Outcome + "."
	case a.Admitted:
		return "Admitted."
	default:
		return fmt.Sprintf("Refused as %s: HTTP %d, gRPC %s, %s: %s.", a.Outcome, a.HTTP, a.GRPC, a.Reason, a.Message)
	}
}
