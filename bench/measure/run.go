// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
)

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
