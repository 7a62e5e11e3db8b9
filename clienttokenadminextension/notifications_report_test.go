// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// Who mends one fault and makes another sees that one, too; who waits isn't told again and again.
func TestWhyNotificationsFail(t *testing.T) {
	core, logs := observer.New(zapcore.InfoLevel)
	var status []string
	var failing []int
	now := time.Unix(1_764_000_000, 0)
	r := newNotificationsReport(nil, zap.New(core), func(e *componentstatus.Event) {
		status = append(status, "OK")
		if e.Err() != nil {
			status[len(status)-1] = e.Err().Error()
		}
	})
	r.now = func() time.Time { return now }
	for _, step := range []struct {
		after time.Duration
		part  string
		err   error
	}{
		{0, "smtp", nil},
		{0, "smtp", errors.New("refused")},
		{time.Second, "smtp", errors.New("AUTH failed")}, // reasons may take turns
		{time.Hour, "smtp", errors.New("refused")},
		{time.Second, "smtp", errors.New("AUTH failed")},
		{time.Second, "history", errors.New("away")},
		{time.Second, "smtp", nil},
		{time.Second, "history", nil},
	} {
		now = now.Add(step.after)
		r.State(step.part, step.err)
		failing = append(failing, len(r.Failing()))
	}
	assert.Equal(t, []int{0, 1, 1, 1, 1, 2, 1, 0}, failing)
	require.Equal(t, []string{"refused", "AUTH failed", "away\nAUTH failed", "away", "OK"}, status)
	assert.Equal(t, 5, logs.Len())
}
