// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
)

// Policy is the Content-Security-Policy of pages. All they need is here, and nobody may frame them.
const Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Options are what pages are made of.
type Options struct {
	Office *office.Office

	// Person tells who asks. The error is a *problem.Problem.
	Person func(*http.Request) (office.Person, error)

	// Failed is told the causes of answers that don't tell them.
	Failed func(error)

	// Unnotified returns why people can't be told things at the moment, for administrators; empty: they can.
	Unnotified func() []string

	Now func() time.Time // default time.Now
}

// New returns the handler of all pages.
func New(o Options) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Unnotified == nil {
		o.Unnotified = func() []string { return nil }
	}
	mux := http.NewServeMux()
	for pattern, show := range map[string]func(*visit) error{
		"GET /{$}":                                 (*visit).organizations,
		"GET /new":                                 (*visit).newOrganization,
		"POST /new":                                (*visit).createOrganization,
		"GET /o/{organization}":                    (*visit).overview,
		"GET /o/{organization}/audit":              (*visit).audit,
		"GET /o/{organization}/settings":           (*visit).settings,
		"POST /o/{organization}/settings":          (*visit).updateOrganization,
		"POST /o/{organization}/members":           (*visit).setMember,
		"POST /o/{organization}/members/remove":    (*visit).removeMember,
		"POST /o/{organization}/origins":           (*visit).checkOrigins,
		"GET /o/{organization}/new":                (*visit).newToken,
		"POST /o/{organization}/new":               (*visit).createToken,
		"GET /o/{organization}/t/{token}":          (*visit).token,
		"GET /o/{organization}/t/{token}/edit":     (*visit).editToken,
		"POST /o/{organization}/t/{token}/edit":    (*visit).updateToken,
		"GET /o/{organization}/t/{token}/rotate":   (*visit).askRotate,
		"POST /o/{organization}/t/{token}/rotate":  (*visit).rotateToken,
		"POST /o/{organization}/t/{token}/disable": (*visit).disableToken,
		"POST /o/{organization}/t/{token}/enable":  (*visit).enableToken,
		"GET /o/{organization}/t/{token}/delete":   (*visit).askDelete,
		"POST /o/{organization}/t/{token}/delete":  (*visit).deleteToken,
	} {
		mux.Handle(pattern, page{o, show})
	}
	mux.Handle("/", page{o, (*visit).nowhere})
	return mux
}

// page is one handler.
type page struct {
	Options

	show func(*visit) error
}

// visit is a request, from whom, and where the answer goes.
type visit struct {
	*office.Office
	*http.Request

	person     office.Person
	unnotified func() []string
	now        time.Time
	w          http.ResponseWriter
}

// ServeHTTP shows the page, or one that says why not.
func (p page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := &visit{Office: p.Office, Request: r, now: p.Now().UTC(), unnotified: p.Unnotified, w: w}
	var err error
	if v.person, err = p.Person(r); err == nil {
		err = p.show(v)
	}
	if err != nil {
		v.fail(err, p.Failed)
	}
}
