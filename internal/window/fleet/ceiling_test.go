// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

const sec = time.Second

// seen returns a ceiling of 30 spans that leave in three steps, asked for at 100 s, but for what Redis cuts off, and
// received 2 s later.
func seen() *ceiling {
	c := new(ceiling)
	c.set(100*sec+time.Microsecond, 102*sec, &redislog.State{Total: 30, Steps: []redislog.Step{
		{After: 10 * sec, Spans: 5}, {After: 20 * sec, Spans: 15}, {After: 40 * sec, Spans: 10},
	}})
	return c
}

func TestCeilingWait(t *testing.T) {
	for name, c := range map[string]struct {
		now   time.Duration
		spans int64
		limit window.Limit
		want  time.Duration
	}{
		"fits":                      {102 * sec, 10, 40, 0},
		"after the first step":      {102 * sec, 11, 40, 10 * sec},
		"just so after the first":   {102 * sec, 15, 40, 10 * sec},
		"after the second":          {102 * sec, 16, 40, 20 * sec},
		"after the last":            {102 * sec, 40, 40, 40 * sec},
		"later":                     {105 * sec, 16, 40, 17 * sec},
		"just before the step":      {110*sec - 1, 11, 40, 2*sec + 1},
		"at the step, as asked":     {110 * sec, 11, 40, 0},
		"another, past the step":    {110 * sec, 16, 40, 12 * sec},
		"all over":                  {140 * sec, 40, 40, 0},
		"raised":                    {102 * sec, 11, 41, 0},
		"lowered":                   {102 * sec, 1, 20, 20 * sec},
		"lowered to what is seen":   {102 * sec, 1, 30, 10 * sec},
		"no limit":                  {102 * sec, 1 << 40, window.Unlimited, 0},
		"larger than will ever fit": {102 * sec, 41, 40, 0},
	} {
		assert.Equal(t, c.want, seen().wait(c.now, c.spans, c.limit), name)
	}
	assert.Zero(t, new(ceiling).wait(0, 1, 0), "nothing seen")
}

func TestCeilingPass(t *testing.T) {
	c := seen()
	c.pass(120 * sec)
	assert.Equal(t, int64(10), c.total)
	assert.Equal(t, []step{{140 * sec, 10}}, c.steps)
	c.pass(100 * sec) // time seems to step back
	assert.Equal(t, int64(10), c.total)
	assert.False(t, c.over(140*sec-1))
	assert.True(t, c.over(140*sec))
	assert.True(t, new(ceiling).over(0))
}

func TestCeilingSetAgain(t *testing.T) {
	c := seen()
	c.set(200*sec+time.Microsecond, 201*sec, &redislog.State{Total: 7, Steps: []redislog.Step{{After: sec, Spans: 7}}})
	assert.Equal(t, ceiling{total: 7, steps: []step{{201 * sec, 7}}, lag: sec, until: 201*sec + belief}, *c)
}
