// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"net"
	"net/http"
	"slices"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/console"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/problem"
)

// headers go with every answer. response_headers can change them where the Collector's server answers, behind the guard.
var headers = map[string]string{
	"Cache-Control":                "no-store",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
}

// policy is the Content-Security-Policy of what a program reads.
const policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func policyOf(r *http.Request) string {
	if forPrograms(r) {
		return policy
	}
	return console.Policy
}

// guard stands in front of everything, authentication included: it counts requests, and keeps away what other sites make
// browsers send. A browser sends a password along whoever asks it to.
func (a *admin) guard(next http.Handler) http.Handler {
	static := console.Static()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &counted{ResponseWriter: w, status: http.StatusOK}
		defer func() { a.report.request(r.Method, answer.status) }()
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		w.Header().Set("Content-Security-Policy", policyOf(r))
		if p := a.objection(r); p != nil {
			p.Write(answer)
			return
		}
		if console.ForEverybody(r) {
			static.ServeHTTP(answer, r)
			return
		}
		next.ServeHTTP(answer, r)
	})
}

// objection is a problem with where a request comes from, if there is one.
func (a *admin) objection(r *http.Request) *problem.Problem {
	// A name that leads here by DNS rebinding is that of another site, to which the browser would show the answers.
	if a.config.InsecureNoAuth && !isLoopbackHost(hostOf(r.Host)) {
		return problem.New(problem.WrongHost, "without authentication only localhost is served: use http://localhost and the port")
	}
	if a.config.InsecureNoAuth && byProxy(r.Header) {
		return problem.New(problem.WrongHost, "without authentication nobody is served through a proxy: configure http.auth")
	}
	if http.NewCrossOriginProtection().Check(r) != nil {
		return problem.New(problem.CrossOrigin, "a page of another origin has sent this: use the pages or programs of this server")
	}
	return nil
}

// byProxy tells whether a proxy says that it hands on the request of somebody else, who may be anywhere.
func byProxy(h http.Header) bool {
	return slices.ContainsFunc([]string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host"}, func(name string) bool {
		return len(h.Values(name)) > 0
	})
}

// hostOf cuts the port off.
func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	if len(hostport) > 1 && hostport[0] == '[' && hostport[len(hostport)-1] == ']' {
		return hostport[1 : len(hostport)-1]
	}
	return hostport
}

// counted remembers the status of an answer.
type counted struct {
	http.ResponseWriter

	status int
}

// WriteHeader implements http.ResponseWriter.
func (c *counted) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (c *counted) Unwrap() http.ResponseWriter {
	return c.ResponseWriter
}
