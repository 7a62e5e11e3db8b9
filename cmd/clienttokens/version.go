// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
)

func (c *cli) versionCommand() *cobra.Command {
	command := &cobra.Command{Use: "version", Short: "Print the version", Args: noArguments}
	command.RunE = c.do(func(context.Context, []string) error {
		_, err := fmt.Fprintf(c.out, "clienttokens %s (%s, %s/%s)\n", c.version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return err
	})
	return command
}
