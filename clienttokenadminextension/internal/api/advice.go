// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/http"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
)

// sampling is the advice with the words for it.
type sampling struct {
	*advice.Sampling

	Text string `json:"text"`
	Line string `json:"line,omitempty"` // for the set-up of opentelemetry-js
}

func (c *call) advice() error {
	found, err := c.Advice(c.Context(), c.person, c.organization(), c.PathValue("token"))
	if err != nil {
		return err
	}
	said := struct {
		Warnings []advice.Warning `json:"warnings"`
		Sampling *sampling        `json:"sampling,omitempty"`
	}{Warnings: found.Warnings}
	if s := found.Sampling; s != nil {
		said.Sampling = &sampling{s, s.Text(), s.Line()}
	}
	return c.answer(http.StatusOK, said)
}
