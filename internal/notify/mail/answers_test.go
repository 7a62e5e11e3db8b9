// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package mail

import (
	"bufio"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
)

// answering starts a server that answers a command so, and all others with 250. It returns its address.
func answering(t *testing.T, command string, answer io.Reader) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var running sync.WaitGroup
	t.Cleanup(func() { _ = listener.Close(); running.Wait() })
	running.Go(func() {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = connection.Close() }()
		_, _ = io.WriteString(connection, "220 localhost\r\n")
		for lines := bufio.NewScanner(connection); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), command) {
				_, _ = io.Copy(connection, answer)
				continue
			}
			_, _ = io.WriteString(connection, "250 localhost\r\n")
		}
	})
	return listener.Addr().String()
}

// endless repeats a text for ever.
type endless string

func (e endless) Read(b []byte) (int, error) {
	n := 0
	for n+len(e) <= len(b) {
		n += copy(b[n:], e)
	}
	return n, nil
}

func TestWhatAServerSaysIsBounded(t *testing.T) {
	for _, text := range []endless{"x", "250-x\r\n"} {
		s := sender(t, answering(t, "EHLO", text), plain)
		require.ErrorIs(t, s.Send(t.Context(), event("Shop"), "jo@example.com", ""), errTalkative)
	}
	s := sender(t, answering(t, "RCPT", strings.NewReader("550 "+strings.Repeat("ö", 100_000)+"\r\n")), plain)
	err := s.Send(t.Context(), event("Shop"), "jo@example.com", "")
	require.ErrorContains(t, err, "550")
	assert.LessOrEqual(t, len(err.Error()), maxText+len("…"))
}

// Some servers wait until the content is to come before they refuse a recipient.
func TestAMailThatIsRefusedBeforeItsContent(t *testing.T) {
	for answer, final := range map[string]bool{"554 no valid recipients\r\n": true, "451 later\r\n": false} {
		s := sender(t, answering(t, "DATA", strings.NewReader(answer)), plain)
		var rejected *notify.RejectedError
		require.ErrorAs(t, s.Send(t.Context(), event("Shop"), "jo@example.com", ""), &rejected)
		assert.Equal(t, final, rejected.Final)
	}
}
