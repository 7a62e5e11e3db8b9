// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"errors"
	"net/http"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/problem"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// failure is a page that says why there is no other.
type failure struct {
	Heading, Text string
	Back          crumb // where to go on
}

// AskToSignIn answers with 401 and what a browser shows of that when people have given up.
func AskToSignIn(w http.ResponseWriter, r *http.Request) {
	const heading = "You are not signed in"
	v := &visit{Request: r, w: w}
	page := failure{heading, "The name or the password is missing or wrong. Go on to be asked again.", crumb{"the start", "/"}}
	if err := v.render(http.StatusUnauthorized, "failure.html", heading, nil, page); err != nil {
		http.Error(w, heading, http.StatusUnauthorized)
	}
}

// nowhere is the page of what there isn't.
func (*visit) nowhere() error {
	return &office.NotFoundError{Kind: "page", ID: "of that address"}
}

// fail answers with why the page can't be shown.
func (v *visit) fail(err error, failed func(error)) {
	status, heading := statusOf(err)
	text := err.Error()
	if hidden, ok := errors.AsType[*office.UnavailableError](err); ok {
		failed(hidden.Cause)
	}
	if status == http.StatusInternalServerError {
		failed(err)
		text = "The Collector's log says more."
	}
	if render := v.render(status, "failure.html", heading, nil, failure{heading, text, v.above()}); render != nil {
		failed(render)
		http.Error(v.w, heading, status)
	}
}

// above is the page above the one that can't be shown: of the token, of the organization, or of all.
func (v *visit) above() crumb {
	org, id := v.PathValue("organization"), v.PathValue("token")
	if page := link("o", org, "t", id); id != "" && v.URL.EscapedPath() != page {
		return crumb{id, page}
	}
	if page := link("o", org); org != "" && v.URL.EscapedPath() != page {
		return crumb{org, page}
	}
	return crumb{"the start", "/"}
}

// statusOf returns the status of an answer and what it is headed by.
func statusOf(err error) (status int, heading string) {
	if p, ok := errors.AsType[*problem.Problem](err); ok {
		return p.Status, p.Title
	}
	switch {
	case is[*office.NotFoundError](err):
		return http.StatusNotFound, "Nothing here"
	case is[*office.ForbiddenError](err):
		return http.StatusForbidden, "Not for you"
	case is[*office.StaleError](err), is[*registry.ConflictError](err):
		return http.StatusConflict, "Somebody was faster"
	case is[*office.LastOwnerError](err), is[*lifecycle.InUseError](err), errors.Is(err, registry.ErrReadOnly):
		return http.StatusConflict, "That can't be done"
	case is[*lifecycle.InvalidError](err):
		return http.StatusUnprocessableEntity, "That isn't right yet"
	case is[*office.UnavailableError](err):
		return http.StatusServiceUnavailable, "Try again in a moment"
	default:
		return http.StatusInternalServerError, "Something went wrong"
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
