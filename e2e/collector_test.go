// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/freeport"
)

const binary = "../build/otelcol-clienttokens"

// collector is a running Collector: the binary that users get, in a process of its own.
type collector struct {
	middleware, auth, both string // base URLs of the HTTP receivers
	grpc, grpcMiddleware   string // addresses of the gRPC receivers, one behind auth:
	metricsURL             string
	sink                   *sink
	log                    *logBuffer
	tokens                 string // path of its token file, which tests may change
	command                *exec.Cmd
	exited                 <-chan struct{}
}

// startCollector runs the Collector as testdata/gateway.yaml says, on free ports, until the test ends. The environment
// adds to what that file expects.
func startCollector(t *testing.T, environment ...string) *collector {
	t.Helper()
	c := &collector{sink: newSink(t), log: &logBuffer{}, tokens: filepath.Join(t.TempDir(), "tokens.yaml")}
	copyFile(t, "testdata/tokens.yaml", c.tokens)
	ports := freeAddresses(t, 6)
	c.middleware, c.auth, c.both = "http://"+ports[0], "http://"+ports[1], "http://"+ports[2]
	c.grpc, c.grpcMiddleware, c.metricsURL = ports[3], ports[5], "http://"+ports[4]+"/metrics"
	_, metricsPort, err := net.SplitHostPort(ports[4])
	require.NoError(t, err)
	environment = append(environment, "TOKENS="+c.tokens, "SINK="+c.sink.url,
		"MIDDLEWARE="+ports[0], "AUTH="+ports[1], "BOTH="+ports[2], "GRPC="+ports[3],
		"GRPC_MIDDLEWARE="+ports[5], "METRICS_PORT="+metricsPort)
	c.run(t, environment, "--config", "testdata/gateway.yaml")
	return c
}

// run starts the binary, waits until it is ready, and ends it with the test.
func (c *collector) run(t *testing.T, environment []string, args ...string) {
	t.Helper()
	c.begin(t, environment, args...)
	c.awaitReady(t)
}

// begin starts the binary, and ends it with the test.
func (c *collector) begin(t *testing.T, environment []string, args ...string) {
	t.Helper()
	c.command, c.exited = launch(t, c.log, environment, args...)
	t.Cleanup(func() {
		c.stop()
		if t.Failed() {
			t.Logf("the Collector's log:\n%s", c.log.tail(40))
		}
	})
}

func (c *collector) awaitReady(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		return c.log.contains("Everything is ready") || closed(c.exited)
	}, time.Minute, 20*time.Millisecond)
	require.False(t, closed(c.exited), "the Collector ended:\n%s", c.log)
}

// stop ends the Collector as an operator does, and waits until it has ended.
func (c *collector) stop() {
	_ = c.command.Process.Signal(syscall.SIGTERM)
	<-c.exited
}

// refusedStart runs the binary and returns what it says when it ends by itself, as it must.
func refusedStart(t *testing.T, environment []string, args ...string) string {
	t.Helper()
	log := &logBuffer{}
	command, exited := launch(t, log, environment, args...)
	select {
	case <-exited:
		require.NotZero(t, command.ProcessState.ExitCode())
	case <-time.After(time.Minute):
		_ = command.Process.Kill()
		require.Fail(t, "the Collector started", "%s", log)
	}
	return log.String()
}

func launch(t *testing.T, log io.Writer, environment []string, args ...string) (*exec.Cmd, <-chan struct{}) {
	t.Helper()
	require.FileExists(t, binary, "build the Collector first: make build")
	command := exec.Command(binary, args...)
	command.Env = append(os.Environ(), environment...)
	command.Stdout, command.Stderr = log, log
	require.NoError(t, command.Start())
	exited := make(chan struct{})
	go func() {
		defer close(exited)
		_ = command.Wait()
	}()
	return command, exited
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// metrics returns the lines of the Collector's own metrics that start with the prefix.
func (c *collector) metrics(t *testing.T, prefix string) []string {
	t.Helper()
	response, err := http.Get(c.metricsURL)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	var lines []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, prefix) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

func freeAddresses(t *testing.T, n int) []string {
	t.Helper()
	addresses, err := freeport.Addresses(n)
	require.NoError(t, err)
	return addresses
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, content, 0o600))
}

// logBuffer collects a process's output while others read it.
type logBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

func (b *logBuffer) contains(text string) bool {
	return strings.Contains(b.String(), text)
}

func (b *logBuffer) count(text string) int {
	return strings.Count(b.String(), text)
}

func (b *logBuffer) tail(lines int) string {
	all := strings.Split(b.String(), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
