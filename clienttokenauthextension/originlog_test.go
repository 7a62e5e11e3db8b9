// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
)

const reportedLine = "origin is not allowed; admitted because origin_mode is report"

func TestReportedOriginIsLoggedOnce(t *testing.T) {
	f := newFixture(t, reporting)
	for range 10_000 {
		_, err := f.Authenticate(t.Context(), from("shop-web", evil))
		require.NoError(t, err)
	}
	lines := f.logs.FilterMessage(reportedLine).All()
	require.Len(t, lines, 1)
	assert.Equal(t, zap.WarnLevel, lines[0].Level)
	assert.Equal(t, map[string]any{"token_id": "shop-web", "origin": evil}, lines[0].ContextMap())
	assert.Equal(t, map[string]int64{"origin_reported": 10_000}, f.counted(t))
}

func TestReportedOriginsBoundTheLog(t *testing.T) {
	f := newFixture(t, reporting)
	post := func() {
		for i := range 2_000 {
			_, err := f.Authenticate(t.Context(), from("shop-web", "https://evil-"+strconv.Itoa(i)+".example"))
			require.NoError(t, err)
		}
	}
	lines := func() int { return f.logs.FilterMessage(reportedLine).Len() }
	post()
	assert.Equal(t, 1_000, lines())
	assert.Len(t, f.originLog.told, 1_000)
	f.clock.pass(time.Hour - time.Nanosecond)
	post()
	assert.Equal(t, 1_000, lines())
	f.clock.pass(time.Nanosecond)
	post()
	assert.Equal(t, 2_000, lines())
	assert.Len(t, f.originLog.told, 1_000)
	assert.LessOrEqual(t, cap(f.originLog.lines), 2_048)
}

// A table that is emptied at the full hour would tell twice within minutes.
func TestReportedOriginWaitsAWholeHour(t *testing.T) {
	f := newFixture(t, reporting)
	report := func(origin string) int {
		_, err := f.Authenticate(t.Context(), from("shop-web", origin))
		require.NoError(t, err)
		return f.logs.FilterMessage(reportedLine).Len()
	}
	assert.Equal(t, 1, report("https://a.example"))
	f.clock.pass(59 * time.Minute)
	assert.Equal(t, 2, report("https://b.example"))
	f.clock.pass(2 * time.Minute)
	assert.Equal(t, 2, report("https://b.example"))
	assert.Equal(t, 3, report("https://a.example"))
	f.clock.pass(58 * time.Minute)
	assert.Equal(t, 4, report("https://b.example"))
}

func TestReportedPairs(t *testing.T) {
	f := newFixture(t, reporting)
	for _, sent := range []struct{ token, origin string }{
		{"shop-web", evil}, {"report-web", evil}, {"shop-web", "https://other.example"}, {"shop-web", ""}, {"shop-web", evil},
	} {
		_, err := f.Authenticate(t.Context(), from(sent.token, sent.origin))
		require.NoError(t, err)
	}
	assert.Equal(t, 3, f.logs.FilterMessage(reportedLine).Len())
	assert.Equal(t, 1, f.logs.FilterMessage("origin is missing; admitted because origin_mode is report").Len())
}

func TestReportModeIsWarnedAbout(t *testing.T) {
	tests := []struct {
		name    string
		changes []func(*Config)
		want    int64
	}{
		{"by tokens", nil, 2},
		{"by the extension", []func(*Config){reporting}, 13},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t, tt.changes...)
			lines := f.logs.FilterMessage("origin_mode is report: origins that are not allowed are admitted").All()
			require.Len(t, lines, 1)
			assert.Equal(t, tt.want, lines[0].ContextMap()["tokens"])
		})
	}
	t.Run("not where all enforce", func(t *testing.T) {
		f := newFixture(t, usingFile("testdata/tokens.yaml"))
		assert.Empty(t, f.logs.All())
	})
}
