// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/freeport"
)

const (
	startTimeout = 10 * time.Second
	stopTimeout  = 5 * time.Second
)

// redisServer is a redis-server of our own that keeps nothing on disk.
type redisServer struct {
	address string
	process *exec.Cmd
	log     bytes.Buffer
	ended   chan struct{}
	stop    func()
	admin   *redis.Client // past any proxy
}

// startRedis returns a server that answers. It ends by stop only: at Ctrl-C the limiters are to end first.
func startRedis(ctx context.Context) (*redisServer, error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, fmt.Errorf("no Redis (%w): run `apt-get install redis-server`", err)
	}
	addresses, err := freeport.Addresses(1)
	if err != nil {
		return nil, err
	}
	s := &redisServer{address: addresses[0], ended: make(chan struct{}), admin: goRedis(addresses[0])}
	if err := s.launch(context.WithoutCancel(ctx), program); err != nil {
		return nil, err
	}
	if err := s.awaitReady(ctx); err != nil {
		s.stop()
		return nil, fmt.Errorf("%w; its log:\n%s", err, s.log.String())
	}
	return s, nil
}

func (s *redisServer) launch(ctx context.Context, program string) error {
	_, port, err := net.SplitHostPort(s.address)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	s.process = exec.CommandContext(ctx, program, "--port", port, "--bind", "127.0.0.1", "--save", "",
		"--appendonly", "no", "--dir", os.TempDir())
	s.process.Stdout, s.process.Stderr = &s.log, &s.log
	s.process.Cancel = func() error { return s.process.Process.Signal(syscall.SIGTERM) }
	s.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that Ctrl-C reaches this process only
	s.process.WaitDelay = stopTimeout                           // then it is killed
	s.stop = func() {
		_ = s.admin.Close()
		cancel()
		<-s.ended
	}
	if err := s.process.Start(); err != nil {
		cancel()
		return err
	}
	go func() {
		_ = s.process.Wait() // how it ended is in its log
		close(s.ended)
	}()
	return nil
}

func (s *redisServer) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := s.admin.Ping(ctx).Err()
		if err == nil {
			return nil
		}
		select {
		case <-s.ended:
			return errors.New("redis-server ended")
		case <-ctx.Done():
			return fmt.Errorf("redis-server does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// forget leaves neither keys nor scripts.
func (s *redisServer) forget(ctx context.Context) error {
	return errors.Join(s.admin.FlushAll(ctx).Err(), s.admin.ScriptFlush(ctx).Err())
}
