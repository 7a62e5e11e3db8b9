// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/problem"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// maxForm is the size of a form in bytes: that of a memo and a long list of origins, by far.
const maxForm = 64 << 10

// readForm reads what a form has sent.
func (v *visit) readForm() error {
	v.Body = http.MaxBytesReader(v.w, v.Body, maxForm)
	err := v.ParseForm()
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return problem.New(problem.TooLarge, "the form is too large: shorten the list of origins")
	}
	if err != nil {
		return problem.New(problem.Malformed, "the form can't be read: go back and send it again")
	}
	return nil
}

// target names a record in the version that the form was made from.
func (v *visit) target(id string) office.Target {
	revision, _ := strconv.ParseUint(v.PostForm.Get("revision"), 10, 64)
	return office.Target{ID: id, Revision: registry.Revision(revision)}
}

func revisionText(r registry.Revision) string { return strconv.FormatUint(uint64(r), 10) }
