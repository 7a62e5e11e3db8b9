// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/http"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

func (c *call) organizationUsage() error {
	period, err := c.period()
	if err != nil {
		return err
	}
	series, err := c.OrganizationUsage(c.Context(), c.person, c.organization(), period)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		usage.Extent
		usage.Series
	}{period.Extent(), series})
}

func (c *call) tokenUsage() error {
	period, err := c.period()
	if err != nil {
		return err
	}
	used, err := c.TokenUsage(c.Context(), c.person, c.organization(), c.PathValue("token"), period)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		usage.Extent
		office.TokenUsage
	}{period.Extent(), used})
}

func (c *call) period() (usage.Period, error) {
	q := c.query()
	from, to, step := q.time("from"), q.time("to"), q.duration("step")
	if len(q.faults) > 0 {
		return usage.Period{}, q.err()
	}
	period, err := usage.NewPeriod(from, to, step, time.Now())
	if err != nil {
		q.fault("", err.Error(), "")
	}
	return period, q.err()
}
