// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit/audittest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// The environment variables with which the test binary becomes a writer: the path of a file, and the writer's name.
const childPath, childName = "FILESTORE_WRITER", "FILESTORE_NAME"

const threads, rounds = 2, 25

// TestWriter is no test but one of the processes of the next one.
func TestWriter(t *testing.T) {
	if path := os.Getenv(childPath); path != "" && os.Getenv(childName) != "" {
		require.NoError(t, runWriters(t.Context(), path, os.Getenv(childName), rounds*soak.Factor(t), os.Stdout))
	}
}

// runWriters runs several writers in this process. Each has its own store, as different processes have.
func runWriters(ctx context.Context, path, name string, rounds int, log io.Writer) error {
	var group sync.WaitGroup
	failures := make([]error, threads)
	for i := range threads {
		group.Go(func() {
			w := writer{Open(path, Options{}), fmt.Sprint(name, i), log}
			failures[i] = w.run(ctx, rounds)
		})
	}
	group.Wait()
	return errors.Join(failures...)
}

// writer changes records, over and over. Of each write that was acknowledged it notes "+1 id" or "-1 id".
type writer struct {
	*Store

	name string
	log  io.Writer
}

func (w *writer) run(ctx context.Context, rounds int) error {
	for i := range rounds {
		var err error
		switch rand.IntN(4) {
		case 0: // a record of its own
			err = w.toggle(ctx, fmt.Sprint(w.name, "-", i%5))
		case 1: // one that all create and delete
			err = w.toggle(ctx, "contested")
		default:
			err = w.increment(ctx, fmt.Sprint("counter", rand.IntN(2)))
		}
		if errors.As(err, new(*registry.ConflictError)) {
			_, _ = fmt.Fprintln(w.log, "conflict")
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) increment(ctx context.Context, id string) error {
	stored, err := w.Token(ctx, id)
	if err != nil {
		return err
	}
	changed := *stored.Token
	changed.SpansPerMinute = new(*stored.SpansPerMinute + 1)
	return w.acknowledged("+1 "+id, w.Write(ctx, audit.Act{}, registry.Change{Token: &changed, Revision: stored.Revision}))
}

// toggle deletes a record, or creates it.
func (w *writer) toggle(ctx context.Context, id string) error {
	stored, err := w.Token(ctx, id)
	if err == nil {
		return w.acknowledged("-1 "+id, w.Write(ctx, audit.Act{}, registry.DeleteToken(id, stored.Revision)))
	}
	if !errors.As(err, new(*registry.NotFoundError)) {
		return err
	}
	created := webToken(id)
	created.Secret = token.Plaintext(strings.Repeat(id, 16))
	return w.acknowledged("+1 "+id, w.Write(ctx, audit.Act{}, registry.Change{Token: &created}))
}

func (w *writer) acknowledged(text string, err error) error {
	if err == nil {
		_, err = fmt.Fprintln(w.log, text)
	}
	return err
}

// Whatever many writers in several processes do to one file, each acknowledged write is there in the end, and was noted
// once.
func TestWritersLoseNothing(t *testing.T) {
	r := newRig(t, heading+"organizations: [{id: acme}]\ntokens:\n"+
		"  - {id: counter0, organization: acme, kind: web, spans_per_minute: 0, secret: S0}\n\n"+
		"  # counts\n  - id: counter1\n    organization: acme\n    kind: web\n    spans_per_minute: 0 # so far\n    secret: S1\n")
	first, err := r.Contents(t.Context())
	require.NoError(t, err)
	logs := make([]bytes.Buffer, 3)
	var group sync.WaitGroup
	for i := range logs {
		group.Go(func() {
			name := fmt.Sprint("w", i)
			if i == 0 {
				assert.NoError(t, runWriters(t.Context(), r.path, name, rounds*soak.Factor(t), &synchronized{Writer: &logs[i]}))
				return
			}
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWriter$")
			child.Env = append(os.Environ(), childPath+"="+r.path, childName+"="+name)
			child.Stdout = &logs[i]
			assert.NoError(t, child.Run(), logs[i].String())
		})
	}
	group.Wait()
	balance := balanceOf(logs)
	assert.Positive(t, balance["conflict"], "writers that never meet prove nothing")
	delete(balance, "conflict")
	acknowledged := 0
	for i := range logs {
		acknowledged += strings.Count(logs[i].String(), "1 ")
	}
	assert.Len(t, audittest.RequireComplete(t, first, audit.ID{}, r), acknowledged)
	contents, err := r.Contents(t.Context())
	require.NoError(t, err)
	for id, want := range balance {
		stored, known := contents.Token(id)
		if strings.HasPrefix(id, "counter") {
			assert.Equal(t, int64(want), *stored.SpansPerMinute)
		} else {
			assert.Equal(t, want == 1, known, "%s: %d", id, want)
			assert.Contains(t, []int{0, 1}, want)
		}
	}
	assert.Contains(t, r.content(), "\n\n  # counts\n")
	assert.Contains(t, r.content(), " # so far\n")
}

type synchronized struct {
	sync.Mutex
	io.Writer
}

func (s *synchronized) Write(p []byte) (int, error) {
	s.Lock()
	defer s.Unlock()
	return s.Writer.Write(p)
}

// balanceOf sums up what writers have noted.
func balanceOf(logs []bytes.Buffer) map[string]int {
	balance := map[string]int{}
	for i := range logs {
		for line := range strings.Lines(logs[i].String()) {
			var n int
			var id string
			if _, err := fmt.Sscanf(line, "%d %s", &n, &id); err == nil {
				balance[id] += n
			} else if line == "conflict\n" {
				balance["conflict"]++
			}
		}
	}
	return balance
}
