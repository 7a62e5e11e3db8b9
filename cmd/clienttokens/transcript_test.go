// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/duration"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// rig is somebody at a terminal, at a fixed time, with a registry of his own.
type rig struct {
	surroundings
	clock  time.Time
	secret string // the last one that was shown

	out, err bytes.Buffer
}

// places are the kinds of registries. All show the same.
var places = map[string]func(*testing.T) (variable, value string){
	"file": func(t *testing.T) (string, string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "tokens.yaml")
		require.NoError(t, os.WriteFile(path, []byte("organizations: []\ntokens: []\n"), 0o600))
		return fileVariable, path
	},
	"redis": func(t *testing.T) (string, string) {
		t.Helper()
		return redisVariable, "redis://" + redistest.Start(t).Addr()
	},
}

func newRig(t *testing.T, place string) *rig {
	t.Helper()
	variable, value := places[place](t)
	return newRigAt(variable, value)
}

func newRigAt(variable, value string) *rig {
	r := &rig{clock: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	r.surroundings = surroundings{
		in: strings.NewReader(""), out: &r.out, err: &r.err,
		width: plainWidth, user: "jo", host: "desk", version: "v1.2.3",
		now:    func() time.Time { return r.clock },
		random: rand.NewChaCha8([32]byte{7}),
		getenv: func(name string) string { return map[string]string{variable: value}[name] },
	}
	return r
}

var shown = regexp.MustCompile(`\bct[0-9A-Za-z]{62}\b`)

// do carries out a command line, and returns what it wrote and its exit code.
func (r *rig) do(t *testing.T, line string) (out, err string, code int) {
	t.Helper()
	r.out.Reset()
	r.err.Reset()
	words := split(strings.ReplaceAll(line, "$SECRET", r.secret))
	require.Equal(t, "clienttokens", words[0], line)
	code = run(t.Context(), r.surroundings, words[1:])
	if found := shown.FindString(r.out.String()); found != "" {
		r.secret = found
	}
	return r.out.String(), r.err.String(), code
}

// split takes a line apart like a shell without anything special but quotes.
func split(line string) []string {
	var words []string
	word, quote, begun := "", rune(0), false
	for _, c := range line {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, begun = c, true
		case quote == 0 && c == ' ':
			if begun {
				words = append(words, word)
			}
			word, begun = "", false
		default:
			word, begun = word+string(c), true
		}
	}
	if begun {
		words = append(words, word)
	}
	return words
}

// TestTranscripts carries out the commands of testdata/*.txt, and on each kind of registry those of its own directory. They
// begin with "$ ", and what they write is compared. A line of stderr begins with "! ", one of stdin with "< ", and the exit
// code, unless it is 0, stands in brackets. "$ wait 1d" lets time pass, and "$ send TOKEN" has one used. When a text changes
// on purpose, run the test with GOLDEN=write.
func TestTranscripts(t *testing.T) {
	for place := range places {
		for _, pattern := range []string{"testdata/*.txt", "testdata/" + place + "/*.txt"} {
			files, err := filepath.Glob(pattern)
			require.NoError(t, err)
			require.NotEmpty(t, files, pattern)
			for _, file := range files {
				name := strings.TrimSuffix(strings.TrimPrefix(file, "testdata/"), ".txt")
				t.Run(name+" "+place, func(t *testing.T) { compare(t, place, file) })
			}
		}
	}
}

func compare(t *testing.T, place, file string) {
	t.Helper()
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	got := newRig(t, place).transcribe(t, string(want))
	if os.Getenv("GOLDEN") == "write" {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
	}
	assert.Equal(t, string(want), got)
}

// transcribe carries out what is in a transcript, and writes it anew.
func (r *rig) transcribe(t *testing.T, transcript string) string {
	t.Helper()
	var b strings.Builder
	lines := strings.Split(transcript, "\n")
	for i, line := range lines {
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case strings.HasPrefix(line, "#"):
			fmt.Fprintln(&b, line)
		case !isCommand:
		case strings.HasPrefix(command, "wait "):
			d, err := duration.Parse(strings.TrimPrefix(command, "wait "))
			require.NoError(t, err)
			r.clock = r.clock.Add(d)
			fmt.Fprintf(&b, "%s\n\n", line)
		case strings.HasPrefix(command, "send "):
			r.send(t, strings.TrimPrefix(command, "send "))
			fmt.Fprintf(&b, "%s\n\n", line)
		default:
			fmt.Fprintln(&b, line)
			r.transcribeCommand(t, &b, command, input(lines[i+1:]))
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func input(lines []string) []string {
	for i, line := range lines {
		if !strings.HasPrefix(line, "<") {
			return lines[:i]
		}
	}
	return lines
}

func (r *rig) transcribeCommand(t *testing.T, b *strings.Builder, command string, stdin []string) {
	t.Helper()
	var typed strings.Builder
	for _, line := range stdin {
		fmt.Fprintln(b, line)
		fmt.Fprintln(&typed, strings.TrimPrefix(strings.TrimPrefix(line, "<"), " "))
	}
	r.in = strings.NewReader(strings.ReplaceAll(typed.String(), "$SECRET", r.secret))
	before := r.secret
	out, err, code := r.do(t, command)
	checkSecrets(t, command, before, out, err)
	checkWidth(t, command, out)
	b.WriteString(r.neutral(out))
	for line := range strings.Lines(r.neutral(err)) {
		b.WriteString("! " + line)
	}
	if code != exitOK {
		fmt.Fprintf(b, "[%d]\n", code)
	}
	b.WriteString("\n")
}

var idOfEntry = regexp.MustCompile(`\b\d{13}-\d+\b`)

// neutral hides where the registry is, and what ids a Redis gives.
func (r *rig) neutral(text string) string {
	for _, variable := range []string{fileVariable, redisVariable} {
		if value := strings.TrimPrefix(r.getenv(variable), "redis://"); value != "" {
			text = strings.ReplaceAll(text, "Redis at "+value, "REGISTRY")
			text = strings.ReplaceAll(text, value, "REGISTRY")
		}
	}
	return idOfEntry.ReplaceAllString(text, "ENTRY")
}

// checkSecrets makes sure that a secret is shown by whoever makes one, and by nobody else.
func checkSecrets(t *testing.T, command, before, out, err string) {
	t.Helper()
	assert.NotRegexp(t, shown, err, command)
	makes := strings.HasPrefix(command, "clienttokens create ") || strings.HasPrefix(command, "clienttokens rotate ")
	for _, secret := range shown.FindAllString(out, -1) {
		assert.True(t, makes, "%s shows a secret", command)
		assert.NotEqual(t, before, secret, command)
		assert.True(t, token.WellFormedSecret(secret), command)
	}
}

// checkWidth leaves out what is for programs, lists, where ids may be long, and lines to paste, which a secret makes long.
func checkWidth(t *testing.T, command, out string) {
	t.Helper()
	if regexp.MustCompile(` (-o|--output) ?(json|yaml)| export| list$`).MatchString(command) {
		return
	}
	for line := range strings.Lines(out) {
		if !shown.MatchString(line) {
			assert.LessOrEqual(t, widthOfText(strings.TrimRight(line, "\n")), plainWidth, "%s: %s", command, line)
		}
	}
}
