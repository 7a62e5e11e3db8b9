// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisconn

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// hangUp is what a fake server answers when it drops the connection instead.
const hangUp = ""

// fakeServer answers what no real Redis would at the wish of a test, and counts connections.
type fakeServer struct {
	addr     string
	accepted atomic.Int64
}

// fakeRedis answers each command with what answer returns, in the protocol of Redis. HELLO is refused, as before 6.0.
func fakeRedis(t *testing.T, answer func(addr string, command []string) string) *fakeServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return serve(t, listener, answer)
}

func serve(t *testing.T, listener net.Listener, answer func(addr string, command []string) string) *fakeServer {
	t.Helper()
	s := &fakeServer{addr: listener.Addr().String()}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.accepted.Add(1)
			running.Go(func() { s.converse(conn, answer) })
		}
	})
	t.Cleanup(func() { // after the client's Close, which ends the connections
		_ = listener.Close()
		running.Wait()
	})
	return s
}

func (s *fakeServer) converse(conn net.Conn, answer func(addr string, command []string) string) {
	defer func() { _ = conn.Close() }()
	reader := bufio.NewReader(conn)
	for {
		command, err := readCommand(reader)
		if err != nil {
			return
		}
		reply := "-ERR unknown command\r\n"
		if command[0] != "hello" {
			reply = answer(s.addr, command)
		}
		if reply == hangUp {
			return
		}
		if _, err := io.WriteString(conn, reply); err != nil {
			return
		}
	}
}

// readCommand reads an array of bulk strings: *n, then n times $length and the string.
func readCommand(reader *bufio.Reader) ([]string, error) {
	n, err := readNumber(reader, '*')
	command := make([]string, n)
	for i := 0; i < n && err == nil; i++ {
		var length int
		if length, err = readNumber(reader, '$'); err != nil {
			break
		}
		word := make([]byte, length+len("\r\n"))
		_, err = io.ReadFull(reader, word)
		command[i] = strings.TrimSuffix(string(word), "\r\n")
	}
	return command, err
}

func readNumber(reader *bufio.Reader, kind byte) (int, error) {
	line, err := reader.ReadString('\n')
	if err != nil {
		return 0, err
	}
	if line[0] != kind {
		return 0, fmt.Errorf("%q where %c should be", line, kind)
	}
	return strconv.Atoi(strings.TrimSpace(line[1:]))
}

// allSlotsAt answers CLUSTER SLOTS: one server has them all.
func allSlotsAt(addr string) string {
	host, port, _ := strings.Cut(addr, ":")
	return fmt.Sprintf("*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$%d\r\n%s\r\n:%s\r\n", len(host), host, port)
}
