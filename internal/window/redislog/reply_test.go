// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// doubles is how the script tells numbers.
func doubles(numbers ...float64) string {
	var b []byte
	for _, n := range numbers {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(n))
	}
	return string(b)
}

// answered is a call of one token and three batches, and an answer to it.
var (
	answered = &Call{Tokens: []Token{{Batches: []int64{1, 2, 3}}}}
	answer1  = doubles(1_000, 0, 7, 5, 16, 400, 7) + doubles(9, 3, 6, 32, 300, 2, 500, 1) + "012"
)

func TestReply(t *testing.T) {
	r := &Reply{Lost: true, Tokens: []TokenReply{{Refusers: make([]window.Scope, 9)}, {}}}
	require.NoError(t, r.decode(answer1, answered))
	require.Equal(t, &Reply{
		Now: 1_000, Log: State{Total: 7, Birth: 5, Steps: []Step{{window.Hold - 600*time.Microsecond, 7}}},
		Tokens: []TokenReply{{
			State: State{Total: 3, Birth: 6, Steps: []Step{
				{window.Hold - 700*time.Microsecond, 2}, {window.Hold - 500*time.Microsecond, 1},
			}},
			Grant: 9, Refusers: []window.Scope{window.None, window.Token, window.Organization},
		}},
	}, r)
	require.NoError(t, r.decode(doubles(8, 1, 7, 5, 0)+doubles(0, 3, 6, 0), answered))
	require.True(t, r.Lost)
	require.Empty(t, r.Log.Steps)
	require.Empty(t, r.Tokens[0].Refusers)
}

func TestReplyIsReused(t *testing.T) {
	var r Reply
	decode := func() { _ = r.decode(answer1, answered) }
	decode()
	require.Zero(t, testing.AllocsPerRun(100, decode))
}

func TestReplyIsNoAnswer(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":                  "",
		"more than asked for":      answer1 + "0",
		"another token":            answer1 + doubles(0, 0, 0, 0),
		"more entries than bytes":  doubles(1, 0, 7, 5, 1<<20),
		"entries below zero":       doubles(1, 0, 7, 5, -16),
		"entries beyond numbers":   doubles(1, 0, 7, 5, 1e300),
		"entries that are no size": doubles(1, 0, 7, 5, math.NaN()),
		"half an entry":            doubles(1, 0, 7, 5, 8, 400) + doubles(9, 3, 6, 0) + "012",
		"a scope too many":         strings.TrimSuffix(answer1, "2") + "3",
		"no scope":                 strings.TrimSuffix(answer1, "2") + "/",
		"letters":                  strings.TrimSuffix(answer1, "12") + "é",
	} {
		require.ErrorIs(t, new(Reply).decode(text, answered), errReply, name)
	}
	for n := range answer1 {
		require.ErrorIs(t, new(Reply).decode(answer1[:n], answered), errReply, n)
	}
}

// FuzzReply reads whatever a server may answer.
func FuzzReply(f *testing.F) {
	f.Add(answer1)
	f.Add("")
	f.Add(doubles(8, 1, 7, 5, 0) + doubles(0, 3, 6, 0))
	f.Add(doubles(1, 0, 7, 5, math.NaN()))
	f.Add(doubles(math.Inf(1), math.Inf(-1), 7, 5, 16, math.NaN(), math.Inf(1)) + doubles(9, 3, 6, 0) + "000")
	f.Add(strings.TrimSuffix(answer1, "12") + "é")
	f.Fuzz(func(t *testing.T, text string) {
		var r Reply
		if err := r.decode(text, answered); err != nil {
			require.ErrorIs(t, err, errReply)
			return
		}
		require.Len(t, r.Tokens, 1)
		if !r.Lost {
			require.Len(t, r.Tokens[0].Refusers, 3)
		}
		for _, scope := range r.Tokens[0].Refusers {
			require.LessOrEqual(t, scope, window.Organization)
		}
		for _, step := range r.Log.Steps {
			require.Positive(t, step.Spans)
		}
	})
}
