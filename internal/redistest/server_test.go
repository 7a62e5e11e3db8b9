// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestServer(t *testing.T) {
	s := Start(t)
	require.NoError(t, s.Client().Set(t.Context(), "a", 1, 0).Err())
	s.Restart()
	assert.Zero(t, s.Client().Exists(t.Context(), "a").Val(), "nothing is kept by default")
	s.Kill()
	s.Kill()
	require.Error(t, s.Client().Ping(t.Context()).Err())
	s.Restart()
	require.NoError(t, s.Client().Ping(t.Context()).Err())
}

func TestExtraArguments(t *testing.T) {
	s := Start(t, "--appendonly", "yes", "--appendfsync", "always", "--requirepass", `pass "word`)
	require.NoError(t, s.Client().Set(t.Context(), "a", 1, 0).Err())
	s.Restart()
	assert.Equal(t, "1", s.Client().Get(t.Context(), "a").Val())
}

func TestPause(t *testing.T) {
	s := Start(t)
	require.NoError(t, s.Client().Ping(t.Context()).Err())
	s.Pause()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.Error(t, s.Client().WithTimeout(30*time.Millisecond).Ping(ctx).Err())
	s.Resume()
	require.NoError(t, s.Client().Ping(t.Context()).Err())
	s.Pause() // Cleanup copes
}

func TestPortIsTakenMeanwhile(t *testing.T) {
	first := Start(t)
	second := &Server{tb: t, dir: t.TempDir()}
	t.Cleanup(second.end)
	require.NoError(t, configure(second.dir, first.ports...))
	second.setOptions(first.Addr())
	require.ErrorIs(t, second.launch(), errTaken)
}

func TestFatal(t *testing.T) {
	r := record(t, func(tb testing.TB) { Start(tb, "--maxmemory", "much") }) //nolint:thelper // no helper
	assert.Contains(t, r.fatal, "redis-server doesn't start")
	assert.Contains(t, r.log, "maxmemory", "the reason is in the log")

	t.Setenv("PATH", t.TempDir())
	r = record(t, func(tb testing.TB) { Start(tb) }) //nolint:thelper // no helper
	assert.Contains(t, r.fatal, "sudo apt-get install redis-server")
}

// recorder is a test that may fail.
type recorder struct {
	testing.TB
	log, fatal string
}

func record(tb testing.TB, run func(testing.TB)) *recorder {
	tb.Helper()
	r := &recorder{TB: tb}
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(r)
	}()
	<-done
	return r
}

func (r *recorder) Log(arguments ...any) {
	r.log += fmt.Sprint(arguments...)
}

func (r *recorder) Fatalf(format string, arguments ...any) {
	r.fatal = fmt.Sprintf(format, arguments...)
	runtime.Goexit()
}
