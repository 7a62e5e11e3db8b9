// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

// noArguments refuses what stands behind the command. What that was isn't repeated: it may be a secret.
func noArguments(command *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("%s takes flags, and nothing else", command.Name())
}

// oneID demands the id of a record.
func oneID(command *cobra.Command, args []string) error {
	switch {
	case len(args) == 1 && args[0] != "":
		return nil
	case len(args) > 1:
		return errors.New("several ids: name one")
	default:
		return fmt.Errorf("the id is missing: %s ID", command.CommandPath())
	}
}
