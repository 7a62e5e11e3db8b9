// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"errors"
	"net/http"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/problem"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
)

// Prefix is what the paths of the API begin with.
const Prefix = "/api/v1"

// Options are what the API works with.
type Options struct {
	Office *office.Office

	// Person tells who asks. The error is a *problem.Problem.
	Person func(*http.Request) (office.Person, error)

	// Failed is told the causes of answers that don't tell them.
	Failed func(error)
}

// New returns the handler of everything below Prefix.
func New(o Options) http.Handler {
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.Handle(r.pattern(), handler{o, r.handle})
	}
	return fallback{mux}
}

// handler lets one handle requests with what is needed for it at hand.
type handler struct {
	Options

	handle func(*call) error
}

// call is a request that is being answered.
type call struct {
	*office.Office
	*http.Request

	person office.Person
	w      http.ResponseWriter
}

// ServeHTTP implements http.Handler.
func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	person, err := h.Person(r)
	if err == nil {
		err = h.handle(&call{Office: h.Office, Request: r, person: person, w: w})
	}
	if err == nil {
		return
	}
	if hidden, ok := errors.AsType[*office.UnavailableError](err); ok {
		h.Failed(hidden.Cause)
	}
	problemOf(err).Write(w)
}

// fallback answers what there is no route for, as problems, too.
type fallback struct{ *http.ServeMux }

// ServeHTTP implements http.Handler.
func (f fallback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, pattern := f.Handler(r)
	if pattern != "" {
		f.ServeMux.ServeHTTP(w, r)
		return
	}
	said := &unsaid{header: http.Header{}}
	h.ServeHTTP(said, r)
	if said.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", said.header.Get("Allow"))
		problem.New(problem.MethodNotAllowed, "this can't be done here: see "+Prefix+"/openapi.yaml").Write(w)
		return
	}
	problem.New(problem.NotFound, "there is nothing at this path: see "+Prefix+"/openapi.yaml").Write(w)
}

// unsaid keeps what a handler would say.
type unsaid struct {
	header http.Header
	status int
}

func (u *unsaid) Header() http.Header         { return u.header }
func (u *unsaid) Write(b []byte) (int, error) { return len(b), nil }
func (u *unsaid) WriteHeader(status int)      { u.status = status }
