// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"net/http"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/console"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/problem"
)

// refuse answers where the Collector's server does not let a request through: it can't be authenticated, or its body
// can't be decompressed. The messages of authenticators are for operators.
func (a *admin) refuse(w http.ResponseWriter, r *http.Request, _ string, status int) {
	if status != http.StatusUnauthorized {
		problem.New(problem.UnsupportedMedia, "send the body as it is, without Content-Encoding").Write(w)
		return
	}
	w.Header().Set("WWW-Authenticate", a.challenge())
	if !forPrograms(r) {
		console.AskToSignIn(w, r)
		return
	}
	problem.New(problem.Unauthenticated, "say who you are").Write(w)
}

// challenge makes browsers ask for a password where one is wanted. Answers with 401 must have one (RFC 9110, section
// 11.6.1).
func (a *admin) challenge() string {
	if a.config.HTTP.Auth.Get().Config.AuthenticatorID.Type().String() == "basicauth" {
		return `Basic realm="client tokens", charset="UTF-8"`
	}
	return `Bearer realm="client tokens"`
}
