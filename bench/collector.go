// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

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

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/freeport"
)

const (
	startTimeout = 20 * time.Second
	stopTimeout  = 5 * time.Second
)

// collector is a running Collector.
type collector struct {
	variant
	config     string // path
	process    *exec.Cmd
	ended      chan struct{}
	traces     string // URL that takes spans
	metrics    string // URL of its own metrics
	logPath    string
	stopSignal context.CancelFunc
}

// startCollector returns a Collector that is ready for load. It ends with the context, or by stop.
func startCollector(ctx context.Context, program string, v variant, dir string) (*collector, error) {
	c, err := newCollector(v, dir)
	if err != nil {
		return nil, err
	}
	if err := c.launch(ctx, program); err != nil {
		return nil, err
	}
	if err := c.awaitReady(ctx); err != nil {
		c.stop()
		return nil, c.explain(err)
	}
	return c, nil
}

// newCollector finds it a place and writes its configuration.
func newCollector(v variant, dir string) (*collector, error) {
	ports, err := freeport.Ports(2)
	if err != nil {
		return nil, err
	}
	config, err := v.writeConfig(dir, ports[0], ports[1])
	return &collector{
		variant: v,
		config:  config,
		ended:   make(chan struct{}),
		traces:  fmt.Sprintf("http://127.0.0.1:%d/v1/traces", ports[0]),
		metrics: fmt.Sprintf("http://127.0.0.1:%d/metrics", ports[1]),
		logPath: config + ".log",
	}, err
}

func (c *collector) launch(ctx context.Context, program string) error {
	log, err := os.Create(c.logPath)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the process has its own copy
	ctx, c.stopSignal = context.WithCancel(ctx)
	c.process = exec.CommandContext(ctx, program, "--config", c.config)
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

func (c *collector) stop() {
	c.stopSignal()
	<-c.ended
}

// awaitReady posts no spans at all until that is answered as it should.
func (c *collector) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := c.postNothing(ctx)
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

func (c *collector) postNothing(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.traces, strings.NewReader("{}"))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", asJSON.contentType())
	request.Header.Set("X-Client-Token", secret)
	request.Header.Set("Origin", origin)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	return nil
}

// explain adds what the Collector has logged: warnings and errors only.
func (c *collector) explain(err error) error {
	log, _ := os.ReadFile(c.logPath)
	if len(log) == 0 {
		return err
	}
	return fmt.Errorf("%w; the Collector's log ends with:\n%s", err, log[max(0, len(log)-2000):])
}
