// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit/audittest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// TestCounter is no test but the process that the next one kills: it changes two records at a time, and says so.
func TestCounter(t *testing.T) {
	path := os.Getenv(childPath)
	if path == "" || os.Getenv(childName) != "" {
		return
	}
	r := &rig{Open(path, Options{}), t}
	for {
		fmt.Println("wrote", r.count())
	}
}

// count raises the limits of an organization and of a token by one, in one write.
func (r *rig) count() int64 {
	r.t.Helper()
	contents, err := r.Contents(r.t.Context())
	require.NoError(r.t, err)
	n := *contents.Organizations[0].SpansPerMinute + 1
	c := &changes{Contents: contents}
	c.organization("acme", func(o *token.Organization) { o.SpansPerMinute = &n })
	c.token("a", func(t *token.Token) { t.SpansPerMinute = &n })
	require.NoError(r.t, r.Write(r.t.Context(), audit.Act{}, c.list...))
	return n
}

// A writer that is killed at any moment leaves the file as it was before its write, or after it, and so its journal. It
// blocks nobody.
func TestKilledWriter(t *testing.T) {
	r := newRig(t, "organizations:\n  - {id: acme, spans_per_minute: 0}\ntokens:\n"+
		"  - {id: a, organization: acme, kind: web, spans_per_minute: 0, secret: S1}\n"+strings.Repeat("# A long file.\n", 500))
	first, err := r.Contents(t.Context())
	require.NoError(t, err)
	for range 30 * soak.Factor(t) {
		wrote := r.killCounter()
		contents, err := r.Contents(t.Context())
		require.NoError(t, err)
		n := *contents.Organizations[0].SpansPerMinute
		require.Equal(t, n, *contents.Tokens[0].SpansPerMinute)
		require.Contains(t, []int64{wrote, wrote + 1}, n)
		require.Len(t, audittest.RequireComplete(t, first, audit.ID{}, r), int(2*n), "two records a write")
		require.Equal(t, n+1, r.count())
		require.NoFileExists(t, r.path+".new")
	}
	assert.Equal(t, 500, strings.Count(r.content(), "# A long file.\n"))
}

// killCounter runs a counter for a while, and returns the last number that it has written.
func (r *rig) killCounter() (wrote int64) {
	r.t.Helper()
	ctx, kill := context.WithCancel(r.t.Context())
	defer kill()
	counter := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestCounter$")
	counter.Env = append(os.Environ(), childPath+"="+r.path)
	output, err := counter.StdoutPipe()
	require.NoError(r.t, err)
	require.NoError(r.t, counter.Start())
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		_, err := fmt.Sscanf(lines.Text(), "wrote %d", &wrote)
		require.NoError(r.t, err, lines.Text())
		time.AfterFunc(time.Duration(rand.IntN(int(20*time.Millisecond))), kill) // SIGKILL, at whatever it is about
	}
	require.ErrorContains(r.t, counter.Wait(), "killed")
	return wrote
}
