// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
)

// Main runs a benchmark in a folder of its own, which is gone afterwards, and ends the program by status 1 if it failed.
// At Ctrl-C the context ends.
func Main(name string, run func(ctx context.Context, dir string) error) {
	if err := inTempDir(run); err != nil {
		fmt.Fprintf(os.Stderr, "\n%s: %s\n", name, err)
		os.Exit(1)
	}
}

func inTempDir(run func(ctx context.Context, dir string) error) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := run(ctx, dir); err != nil {
		return OrInterrupted(ctx, err)
	}
	return nil
}

// Machine tells what the figures depend on most. A load average well above 0 means that others are at work.
func Machine() string {
	average, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		average = []byte("unknown")
	}
	return fmt.Sprintf("%d CPUs, load average at the start %s", runtime.NumCPU(), strings.TrimSpace(string(average)))
}

// OrInterrupted hides what merely follows from Ctrl-C, which ended ctx.
func OrInterrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
