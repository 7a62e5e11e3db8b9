// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"net/http"
	"strings"
)

// parts are what is served: the API for programs, and the console for people.
type parts struct{ api, console http.Handler }

// ServeHTTP implements http.Handler.
func (p parts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if forPrograms(r) {
		p.api.ServeHTTP(w, r)
		return
	}
	p.console.ServeHTTP(w, r)
}

// forPrograms tells to which part a path belongs: what is below /api is no page, whatever its version.
func forPrograms(r *http.Request) bool {
	return r.URL.Path == "/api" || strings.HasPrefix(r.URL.Path, "/api/")
}
