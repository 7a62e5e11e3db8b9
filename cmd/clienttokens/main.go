// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Command clienttokens looks after client tokens from a terminal or a script.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, ofProcess(), os.Args[1:])
	stop()
	os.Exit(code)
}
