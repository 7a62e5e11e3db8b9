// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
)

// patience is how long anything may take. Tests run on loaded machines: it is no expectation.
const patience = 30 * time.Second

// screen is written by one goroutine and read by another.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// wait returns when the line is there, and how long that took.
func (s *screen) wait(t *testing.T, line string) time.Duration {
	t.Helper()
	began := time.Now()
	require.Eventually(t, func() bool { return strings.Contains(s.String(), line) }, patience, 5*time.Millisecond, line)
	return time.Since(began)
}

// watch starts the command beside the rig, and returns when it watches. stop ends it as Ctrl-C does, and returns its exit
// code.
func (r *rig) watch(t *testing.T, flags ...string) (out *screen, stop func() int) {
	t.Helper()
	out, notes := &screen{}, &screen{}
	s := r.surroundings
	s.out, s.err = out, notes
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 1)
	go func() { done <- run(ctx, s, append([]string{"watch"}, flags...)) }()
	notes.wait(t, "Ctrl-C ends")
	stop = sync.OnceValue(func() int {
		cancel()
		return <-done
	})
	t.Cleanup(func() { stop() })
	return out, stop
}

func TestWatch(t *testing.T) {
	for place := range places {
		t.Run(place, func(t *testing.T) {
			r := newRig(t, place)
			r.must(t, "clienttokens organization create --id first") // is no news
			out, stop := r.watch(t)
			for _, step := range []struct{ command, want string }{
				{"organization create --id acme", "created    organization acme\n"},
				{"create --organization acme --id shop --kind web", "created    token shop  by cli:jo\n"},
				{"update shop --name Shop --spans-per-minute 60", "changed    token shop  (name, spans_per_minute)\n"},
				{"rotate shop", "rotated    token shop\n"},
				{"disable shop", "disabled   token shop\n"},
				{"enable shop", "enabled    token shop\n"},
				{"delete shop", "deleted    token shop\n"},
				{"organization delete acme", "deleted    organization acme\n"},
			} {
				r.must(t, "clienttokens "+step.command)
				out.wait(t, step.want)
			}
			assert.Equal(t, exitOK, stop())
			assert.Equal(t, 8, strings.Count(out.String(), "\n"), out)
		})
	}
}

// The best of a few tries, since a loaded machine can make one late.
func TestWatchShowsADeletionWithinASecond(t *testing.T) {
	for place := range places {
		t.Run(place, func(t *testing.T) {
			r := newRig(t, place)
			r.must(t, "clienttokens organization create --id acme")
			out, _ := r.watch(t, "-o", "json")
			best := patience
			for _, id := range []string{"a", "b", "c", "d", "e"} {
				created := `"action":"created","kind":"token","id":"` + id + `"`
				r.must(t, "clienttokens create --organization acme --kind web --id "+id)
				out.wait(t, created)
				r.must(t, "clienttokens delete "+id)
				best = min(best, out.wait(t, `"action":"deleted","kind":"token","id":"`+id+`"`))
			}
			t.Logf("a deletion was shown after %v", best)
			assert.Less(t, best, time.Second)
		})
	}
}

func TestWatchTellsFailures(t *testing.T) {
	r := newRig(t, "file")
	path := r.getenv(fileVariable)
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	out, _ := r.watch(t, "-o", "json")
	require.NoError(t, os.WriteFile(path, []byte("tokens: none\n"), 0o600))
	out.wait(t, `"action":"failed"`)
	require.NoError(t, os.WriteFile(path, good, 0o600))
	out.wait(t, `"action":"recovered"`)
	for line := range strings.Lines(out.String()) {
		var e event
		require.NoError(t, json.Unmarshal([]byte(line), &e), line)
		assert.False(t, e.Time.IsZero())
		assert.Equal(t, e.Action == failed, e.Error != "")
	}
}

// A Redis that was flushed takes no writes until somebody replaces the registry on purpose.
func TestRegistryThatHasLostWrites(t *testing.T) {
	server := redistest.Start(t)
	r := newRigAt(redisVariable, "redis://"+server.Addr())
	r.must(t, "clienttokens organization create --id acme")
	backup := r.must(t, "clienttokens export")
	out, _ := r.watch(t)
	require.NoError(t, server.Client().FlushAll(t.Context()).Err())
	out.wait(t, "failed ")
	assert.Contains(t, out.String(), "has lost writes of the registry")

	_, message, code := r.do(t, "clienttokens organization create --id acme")
	assert.Equal(t, exitUnavailable, code)
	assert.Contains(t, message, "clienttokens import --replace BACKUP.yaml")
	r.in = strings.NewReader(backup)
	r.must(t, "clienttokens import --replace -")
	out.wait(t, "recovered")
	r.must(t, "clienttokens organization update acme --name Acme")
	out.wait(t, "organization acme  (name)")
}

func TestWatchSurvivesARestartOfRedis(t *testing.T) {
	server := redistest.Start(t, "--appendonly", "yes", "--appendfsync", "always")
	r := newRigAt(redisVariable, "redis://"+server.Addr())
	r.must(t, "clienttokens organization create --id acme")
	out, stop := r.watch(t)
	server.Kill()
	out.wait(t, "failed ")
	server.Restart()
	out.wait(t, "recovered")
	r.must(t, "clienttokens organization delete acme")
	out.wait(t, "deleted    organization acme")
	assert.Equal(t, exitOK, stop())
}
