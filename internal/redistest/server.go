// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// attempts is how often a server is started with other ports, when somebody else took its own meanwhile.
const attempts = 5

var errTaken = errors.New("its port was taken meanwhile")

// Server is a redis-server process.
type Server struct {
	tb      testing.TB
	dir     string
	flags   []string
	ports   []string      // directives that name its ports
	options redis.Options // of the test's clients
	admin   redis.Options // of our own

	mu      sync.Mutex // guards what follows
	process *process
	paused  bool
	client  *redis.Client
}

// Start starts a single server. extra are further arguments of redis-server, for example "--appendonly", "yes".
func Start(tb testing.TB, extra ...string) *Server {
	tb.Helper()
	s := &Server{options: redis.Options{Password: value(extra, "requirepass")}}
	s.start(tb, []string{"port"}, extra...)
	return s
}

// start gives the server a folder and free ports for the named directives, and runs it.
func (s *Server) start(tb testing.TB, portNames []string, directives ...string) {
	tb.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		tb.Fatalf("%v. Install it with: sudo apt-get install redis-server", err)
	}
	s.tb, s.dir = tb, tb.TempDir()
	tb.Cleanup(s.end)
	err := errTaken
	for attempt := 0; attempt < attempts && errors.Is(err, errTaken); attempt++ {
		err = s.configureAndLaunch(portNames, directives)
	}
	if err != nil {
		tb.Log(s.tail())
		tb.Fatalf("redis-server doesn't start: %v. What it logged is above", err)
	}
}

func (s *Server) configureAndLaunch(portNames, directives []string) error {
	var err error
	if s.ports, err = ports(portNames...); err != nil {
		return err
	}
	if err := configure(s.dir, slices.Concat(s.ports, directives)...); err != nil {
		return err
	}
	s.setOptions("127.0.0.1:" + s.ports[1])
	return s.launch()
}

// setOptions completes the options of clients, which are told not to ask for what Redis 7.0 doesn't know.
func (s *Server) setOptions(address string) {
	if s.admin.Username == "" {
		s.admin = s.options
	}
	for _, options := range []*redis.Options{&s.options, &s.admin} {
		options.Addr, options.DisableIdentity = address, true
		options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	}
	// Ours have the next try themselves, and a server may hang.
	s.admin.MaxRetries, s.admin.DialerRetries, s.admin.PoolSize = -1, 1, 1
	s.admin.DialTimeout, s.admin.ReadTimeout = 10*time.Second, 10*time.Second
}

// launch runs the process and waits until it serves.
func (s *Server) launch() error {
	started, err := run(s.dir, s.flags...)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.process, s.paused = started, false
	s.mu.Unlock()
	err = within(patience, func() error { return s.serving(started) })
	if !started.running() {
		return s.died()
	}
	return err
}

// serving returns nil if the process answers and has loaded its data, or is gone, which isn't worth waiting for. Another
// server may answer at the same port.
func (s *Server) serving(p *process) error {
	if !p.running() {
		return nil
	}
	connection, err := net.DialTimeout("tcp", s.Addr(), time.Second) // a client would log that it fails
	if err != nil {
		return err
	}
	_ = connection.Close()
	return s.ask(func(client *redis.Client) error {
		info, err := client.Info(s.tb.Context(), "server", "persistence").Result()
		switch {
		case err != nil:
			return err
		case !strings.Contains(info, fmt.Sprintf("process_id:%d\r\n", p.command.Process.Pid)):
			return errors.New("another server answers")
		case strings.Contains(info, "loading:1\r\n"):
			return errors.New("it loads its data")
		}
		return nil
	})
}

// died says why the process ended.
func (s *Server) died() error {
	if strings.Contains(s.tail(), "Address already in use") {
		return errTaken
	}
	return errors.New("it ended at once")
}

// tail returns the end of the log.
func (s *Server) tail() string {
	log, err := os.ReadFile(filepath.Join(s.dir, logName))
	if err != nil {
		return err.Error()
	}
	return string(log[max(0, len(log)-4_000):])
}

// ask uses a connection of our own, new each time: one to a server that was killed or paused is of no use.
func (s *Server) ask(question func(client *redis.Client) error) error {
	options := s.admin
	client := redis.NewClient(&options)
	defer func() { _ = client.Close() }()
	return question(client)
}

// up reports whether the server runs and isn't paused.
func (s *Server) up() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.process != nil && s.process.running() && !s.paused
}

// end is what is left to do after the test.
func (s *Server) end() {
	s.Kill()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.client != nil {
		_ = s.client.Close()
	}
}

// Addr returns host:port.
func (s *Server) Addr() string {
	return s.options.Addr
}

// Client returns a client of the server, always the same. It is closed after the test.
func (s *Server) Client() *redis.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.client == nil {
		options := s.options
		s.client = redis.NewClient(&options)
	}
	return s.client
}

// Kill ends the process with SIGKILL and waits until it is gone. A server that is gone already stays so.
func (s *Server) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != nil {
		s.process.kill()
	}
}

// Restart starts the server again, after killing it if it runs, with the same port, folder and configuration. It waits
// until its data are loaded.
func (s *Server) Restart() {
	s.tb.Helper()
	s.Kill()
	if err := within(patience, s.launch); err != nil {
		s.tb.Log(s.tail())
		s.tb.Fatalf("redis-server doesn't start again: %v. What it logged is above", err)
	}
}

// Pause stops the process with SIGSTOP: connections stay, nothing is answered.
func (s *Server) Pause() {
	s.tb.Helper()
	s.signal((*process).pause, true)
}

// Resume lets a paused process go on.
func (s *Server) Resume() {
	s.tb.Helper()
	s.signal((*process).resume, false)
}

func (s *Server) signal(send func(*process) error, paused bool) {
	s.tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.paused == paused {
		return
	}
	if err := send(s.process); err != nil {
		s.tb.Fatalf("redis-server at %s can't be paused or resumed: %v. Does it run?", s.Addr(), err)
	}
	s.paused = paused
}
