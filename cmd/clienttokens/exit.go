// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// The exit codes. They are public API.
const (
	exitOK = iota
	exitFailure
	exitUsage
	exitNotFound
	exitConflict
	exitInvalid
	exitUnavailable
	exitRefused
)

const exitCodesHelp = `clienttokens ends with

  0  done
  1  any other failure
  2  the command line is wrong
  3  there is no such token or organization
  4  conflict: the record was changed or deleted meanwhile, the id is taken,
     or the organization still has tokens; nothing was written
  5  records are not valid (create, update, import, lint, …); nothing was
     written
  6  the registry can't be reached, is read-only, or has lost writes;
     usage: with a token file the Collector has it
  7  explain: the request would be refused

Results go to stdout, everything else to stderr.`

func exitCodesTopic() *cobra.Command {
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: exitCodesHelp}
}

// usageError is a command line that can't be carried out as it is.
type usageError struct{ error }

func misused(err error) error {
	return usageError{err}
}

// silentError ends a command with a code after everything has been said.
type silentError int

func (silentError) Error() string { return "" }

func exitCode(err error) int {
	silent, isSilent := errors.AsType[silentError](err)
	switch {
	case err == nil:
		return exitOK
	case isSilent:
		return int(silent)
	case is[usageError](err):
		return exitUsage
	case is[*registry.NotFoundError](err):
		return exitNotFound
	case is[*registry.ConflictError](err), is[*lifecycle.InUseError](err):
		return exitConflict
	case is[*lifecycle.InvalidError](err), is[*registry.FaultsError](err):
		return exitInvalid
	case is[*unreachableError](err), is[*elsewhereError](err), is[*registry.LostError](err),
		errors.Is(err, registry.ErrReadOnly):
		return exitUnavailable
	default:
		return exitFailure
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
