// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package advice

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

func TestUsed(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	counts := func(admitted, refused, shed int64) usage.Counts {
		return usage.Counts{Admitted: admitted, Refused: usage.Refused{Token: refused}, ShedEstimated: shed}
	}
	old := token.Token{ID: "shop", CreatedAt: ago(90)}
	tests := []struct {
		name  string
		token token.Token
		use   Use
		want  []string
	}{
		{"used today", old, Use{Last: now, Counted: true}, nil},
		{"used 30 days ago", old, Use{Last: ago(30), Counted: true}, nil},
		{
			"used 31 days ago", old,
			Use{Last: ago(31)},
			[]string{"it was last used on 25 October 2026: does anybody need it?"},
		},
		{"never", old, Use{Counted: true}, []string{"it was not used in the last 30 days: does anybody need it?"}},
		{"never, but nobody counted then", old, Use{}, nil},
		{"never, and new", token.Token{CreatedAt: ago(30)}, Use{Counted: true}, nil},
		{"never, and of unknown age", token.Token{}, Use{Counted: true}, nil},
		{"disabled", token.Token{CreatedAt: ago(90), Disabled: true}, Use{Counted: true, LastDay: counts(0, 500, 0)}, nil},
		{"expired", token.Token{CreatedAt: ago(90), ExpiresAt: ago(1)}, Use{Counted: true}, nil},

		{"a fifth refused", old, Use{Last: now, LastDay: counts(80, 10, 10)}, nil},
		{
			"more than a fifth", old,
			Use{Last: now, LastDay: counts(790, 200, 10)},
			[]string{"21 % of its spans were refused in the last 24 hours"},
		},
		{"few spans", old, Use{Last: now, LastDay: counts(0, 99, 0)}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var said []string
			for _, w := range Used(&tt.token, &tt.use, now) {
				said = append(said, w.Text())
			}
			assert.Equal(t, tt.want, said)
		})
	}
}
