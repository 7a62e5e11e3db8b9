// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package collector runs a built Collector for a benchmark, and tells what it uses and counts. Linux only.
package collector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/browser"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/freeport"
)

const (
	startTimeout = 20 * time.Second
	stopTimeout  = 5 * time.Second
)

// Collector is a running one.
type Collector struct {
	Traces string // URL that takes spans

	metrics    string // URL of its own metrics
	config     string // path
	logPath    string
	process    *exec.Cmd
	ended      chan struct{}
	stopSignal context.CancelFunc
}

// Start returns a Collector that takes what a sender posts. It ends with the context, or by Stop.
func Start(ctx context.Context, s Setup, as browser.Sender) (*Collector, error) {
	c, err := s.prepare()
	if err != nil {
		return nil, err
	}
	if err := c.launch(ctx, s.command(c.config)); err != nil {
		return nil, err
	}
	if err := c.awaitReady(ctx, as); err != nil {
		c.Stop()
		return nil, c.Explain(err)
	}
	return c, nil
}

// prepare finds it a place and writes its configuration.
func (s Setup) prepare() (*Collector, error) {
	ports, err := freeport.Ports(2)
	if err != nil {
		return nil, err
	}
	config, err := s.writeConfig(ports[0], ports[1])
	return &Collector{
		Traces:  fmt.Sprintf("http://127.0.0.1:%d/v1/traces", ports[0]),
		metrics: fmt.Sprintf("http://127.0.0.1:%d/metrics", ports[1]),
		config:  config,
		logPath: config + ".log",
		ended:   make(chan struct{}),
	}, err
}

func (c *Collector) launch(ctx context.Context, command []string) error {
	log, err := os.Create(c.logPath)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the process has its own copy
	ctx, c.stopSignal = context.WithCancel(ctx)
	c.process = exec.CommandContext(ctx, command[0], command[1:]...)
	c.process.Stdout, c.process.Stderr = log, log
	c.process.Cancel = func() error { return c.process.Process.Signal(syscall.SIGTERM) }
	c.process.WaitDelay = stopTimeout // then it is killed
	if err := c.process.Start(); err != nil {
		return err
	}
	go func() {
		_ = c.process.Wait() // how it ended is in its log
		close(c.ended)
	}()
	return nil
}

// Stop ends it.
func (c *Collector) Stop() {
	c.stopSignal()
	<-c.ended
}

// awaitReady posts no spans at all until that is answered as it should.
func (c *Collector) awaitReady(ctx context.Context, as browser.Sender) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := c.postNothing(ctx, as)
		if err == nil {
			return nil
		}
		select {
		case <-c.ended:
			return errors.New("the Collector ended")
		case <-ctx.Done():
			return fmt.Errorf("the Collector is not ready after %s: %w", startTimeout, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (c *Collector) postNothing(ctx context.Context, as browser.Sender) error {
	response, err := as.Post(ctx, c.Traces, browser.JSON, strings.NewReader("{}"))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	return nil
}

// Explain adds what the Collector has logged: warnings and errors only.
func (c *Collector) Explain(err error) error {
	log, _ := os.ReadFile(c.logPath)
	if len(log) == 0 {
		return err
	}
	return fmt.Errorf("%w; the Collector's log ends with:\n%s", err, log[max(0, len(log)-2000):])
}
