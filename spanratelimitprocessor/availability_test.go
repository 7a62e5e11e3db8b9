// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/statustest"
)

var errRefused = errors.New("connection refused")

// watch starts an availability in a bubble of synctest, with one pipeline that listens.
func watch(t *testing.T, edit func(*Config)) (*availability, *statustest.Host, *observer.ObservedLogs) {
	t.Helper()
	core, logs := observer.New(zapcore.DebugLevel)
	a := newAvailability(zap.New(core), defaults(withRedis(edit)))
	host := &statustest.Host{}
	a.join(&instance{host: host})
	a.start()
	t.Cleanup(a.stop)
	return a, host, logs
}

// lines returns messages with the server that each is about.
func lines(logs *observer.ObservedLogs) []string {
	var all []string
	for _, line := range logs.All() {
		node, _ := line.ContextMap()["node"].(string)
		all = append(all, line.Level.String()+": "+line.Message+node)
	}
	return all
}

// Of a cluster each server has its lines, and all have one status.
func TestAvailabilityServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, host, logs := watch(t, same)
		var told []componentstatus.Status
		for _, step := range []struct {
			change   func()
			away     bool
			lines    []string
			statuses []componentstatus.Status
		}{
			{func() {}, false, nil, nil},
			{func() { a.Away("a", errRefused) }, true, []string{awayLine + "a"}, []componentstatus.Status{recoverable}},
			{func() { a.Away("a", errRefused) }, true, nil, nil},
			{func() { a.Away("b", errRefused) }, true, []string{awayLine + "b"}, nil},
			{func() { a.Back("a") }, true, []string{backLine + "a"}, nil},
			{func() { a.Back("b") }, false, []string{backLine + "b"}, []componentstatus.Status{ok}},
			{func() { a.Back("b") }, false, nil, nil},
			{func() { a.Away("b", errRefused) }, true, []string{awayLine + "b"}, []componentstatus.Status{recoverable}},
		} {
			step.change()
			synctest.Wait()
			assert.Equal(t, step.away, a.anyAway())
			assert.Equal(t, step.lines, lines(logs))
			told = append(told, step.statuses...)
			assert.Equal(t, told, host.Statuses())
			logs.TakeAll()
		}
	})
}

func TestAvailabilityMeaning(t *testing.T) {
	for policy, want := range map[OnRedisError]map[string]any{
		OnRedisErrorLocal: {
			"on_redis_error": "local", "replicas": int64(3),
			"meaning": "this collector admits its share of what was left, then limit / replicas, and charges it when Redis is back",
		},
		OnRedisErrorAllow: {
			"on_redis_error": "allow", "meaning": "all batches are admitted; when Redis is back they are charged",
		},
		OnRedisErrorReject: {
			"on_redis_error": "reject", "meaning": "batches that a limit applies to are refused with Unavailable",
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			a, _, logs := watch(t, func(c *Config) { c.OnRedisError, c.Replicas = policy, 3 })
			a.Away("", errRefused)
			synctest.Wait()
			require.Equal(t, 1, logs.Len())
			want["redis"], want["error"] = "Redis at 127.0.0.1:6379", errRefused.Error()
			assert.Equal(t, want, logs.All()[0].ContextMap())
		})
	}
}

func TestAvailabilityLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, host, logs := watch(t, same)
		lose := func(wait time.Duration) {
			time.Sleep(wait)
			a.Lost("a")
			synctest.Wait()
		}
		lose(0)
		lose(0)
		lose(lostInterval - 1)
		require.Equal(t, []string{lostLine + "a"}, lines(logs))
		lose(1)
		require.Equal(t, []string{lostLine + "a", lostLine + "a"}, lines(logs))
		assert.EqualValues(t, 1, logs.All()[0].ContextMap()["times"])
		assert.EqualValues(t, 3, logs.All()[1].ContextMap()["times"])
		assert.Empty(t, host.Statuses())
	})
}

// stubborn is a host whose listeners take their time.
type stubborn struct {
	statustest.Host
	entered, leave chan struct{}
}

func (h *stubborn) Report(event *componentstatus.Event) {
	h.entered <- struct{}{}
	<-h.leave
	h.Host.Report(event)
}

// Windows report while they hold locks.
func TestAvailabilityNeverBlocks(t *testing.T) {
	a, _, _ := watch(t, same)
	host := &stubborn{entered: make(chan struct{}), leave: make(chan struct{})}
	a.join(&instance{host: host})
	a.Away("a", errRefused)
	<-host.entered
	for range 100 {
		a.Back("a")
		a.Lost("a")
		a.Away("b", errRefused)
		a.Back("b")
	}
	assert.False(t, a.anyAway())
	go func() { <-host.entered }()
	close(host.leave)
	require.Eventually(t, func() bool { return len(host.Statuses()) == 2 }, soon, time.Millisecond)
	assert.Equal(t, []componentstatus.Status{recoverable, ok}, host.Statuses())
}
