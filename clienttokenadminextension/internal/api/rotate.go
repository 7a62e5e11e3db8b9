// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/http"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/duration"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// usualGrace is for how long a secret works on after a rotation that doesn't say so: that of the command.
const usualGrace = "24h"

func (c *call) rotateToken() error {
	target, err := c.tokenTarget()
	if err != nil {
		return err
	}
	grace, err := c.grace()
	if err != nil {
		return err
	}
	issued, err := c.RotateToken(c.Context(), c.person, c.organization(), target, grace)
	if err != nil {
		return err
	}
	return c.record(http.StatusOK, issued.Revision, issued)
}

func (c *call) grace() (time.Duration, error) {
	rotation := struct {
		Grace string `json:"grace"`
	}{usualGrace}
	if err := c.optionalBody(&rotation, "grace"); err != nil {
		return 0, err
	}
	if rotation.Grace == "" {
		rotation.Grace = usualGrace // null, as if it wasn't there
	}
	grace, err := duration.Parse(rotation.Grace)
	if err != nil {
		return 0, &lifecycle.InvalidError{Record: "the body", Faults: []registry.Fault{{
			Field: "grace", Problem: "is not a duration", Fix: err.Error(),
		}}}
	}
	return grace, nil
}
