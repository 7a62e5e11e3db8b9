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

// ask has the request checked as the extension does it.
func (q *question) ask(tokens admission.Tokens, now func() time.Time) *explanation {
	settings := admission.Defaults()
	settings.Headers, settings.ReportOnly = []string{q.header}, q.report
	checker := admission.NewChecker(tokens, settings, now)
	take := func(t *token.Token) admission.Outcome { return checker.CheckPath(q.path, t) }
	return &explanation{question: q, checker: checker, now: now(), Result: checker.Check(q.request(), "").Then(take)}
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
