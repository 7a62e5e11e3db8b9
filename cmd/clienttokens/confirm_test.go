// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOnlyTerminalsAreAsked(t *testing.T) {
	for name, tt := range map[string]struct {
		interactive   bool
		line, typed   string
		asked, delete bool
	}{
		"no terminal":       {false, "delete shop", "", false, true},
		"terminal":          {true, "delete shop", "shop\n", true, true},
		"terminal, no":      {true, "delete shop", "n\n", true, false},
		"terminal, Ctrl-D":  {true, "delete shop", "", true, false},
		"terminal, --yes":   {true, "delete shop --yes", "", false, true},
		"terminal, -o json": {true, "delete shop -o json", "shop\n", true, true},
		"organization":      {true, "organization delete empty", "empty\n", true, true},
		"organization, no":  {true, "organization delete empty", "yes\n", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, "file")
			r.must(t, "clienttokens organization create --id acme")
			r.must(t, "clienttokens organization create --id empty")
			r.must(t, "clienttokens create --organization acme --kind web --id shop")
			r.interactive, r.in = tt.interactive, strings.NewReader(tt.typed)
			_, message, code := r.do(t, "clienttokens "+tt.line)
			assert.Equal(t, tt.delete, code == exitOK, message)
			assert.Equal(t, tt.asked, strings.HasPrefix(message, "Type the id to delete "), message)
			if !tt.delete {
				assert.Equal(t, exitFailure, code)
				assert.Contains(t, message, "nothing was deleted")
			}
			again := strings.TrimSuffix(strings.TrimSuffix(tt.line, " --yes"), " -o json")
			r.interactive = false
			_, _, code = r.do(t, "clienttokens "+again)
			assert.Equal(t, tt.delete, code == exitNotFound)
		})
	}
}

func TestTerminalsAreTold(t *testing.T) {
	screen, terminal, err := pty.Open()
	require.NoError(t, err)
	defer func() { _, _ = screen.Close(), terminal.Close() }()
	require.NoError(t, pty.Setsize(screen, &pty.Winsize{Rows: 24, Cols: 132}))
	file, err := os.Create(t.TempDir() + "/file")
	require.NoError(t, err)
	defer func() { _ = file.Close() }()

	assert.True(t, ofFiles(terminal, terminal, terminal).interactive)
	assert.True(t, ofFiles(terminal, file, terminal).interactive)
	assert.False(t, ofFiles(file, terminal, terminal).interactive)
	assert.False(t, ofFiles(terminal, terminal, file).interactive)
	assert.Equal(t, 132, ofFiles(terminal, terminal, terminal).width)
	assert.Equal(t, unbounded, ofFiles(terminal, file, terminal).width)
	require.NoError(t, pty.Setsize(screen, &pty.Winsize{}))
	assert.Equal(t, plainWidth, ofFiles(terminal, terminal, terminal).width)
}

// Somebody types the id at a real terminal.
func TestTyping(t *testing.T) {
	r := newRig(t, "file")
	r.must(t, "clienttokens organization create --id acme")
	r.must(t, "clienttokens create --organization acme --kind web --id shop")
	screen, terminal, err := pty.Open()
	require.NoError(t, err)
	defer func() { _, _ = screen.Close(), terminal.Close() }()
	s := ofFiles(terminal, terminal, terminal)
	s.getenv = r.getenv
	done := make(chan int, 1)
	go func() { done <- run(t.Context(), s, []string{"delete", "shop"}) }()
	question := make([]byte, 200)
	n, err := screen.Read(question)
	require.NoError(t, err)
	assert.Equal(t, "Type the id to delete token shop for good: ", string(question[:n]))
	_, err = screen.WriteString("shop\n")
	require.NoError(t, err)
	select {
	case code := <-done:
		assert.Equal(t, exitOK, code)
	case <-time.After(patience):
		t.Fatal("it does not end")
	}
}
