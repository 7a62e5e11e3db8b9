// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/http"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
)

func (c *call) advice() error {
	found, err := c.Advice(c.Context(), c.person, c.organization(), c.PathValue("token"))
	if err != nil {
		return err
	}
	said := struct {
		Warnings []advice.Warning       `json:"warnings"`
		Sampling *advice.WordedSampling `json:"sampling,omitempty"`
	}{found.Warnings, found.Sampling.Worded()}
	return c.answer(http.StatusOK, said)
}
