// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Command sample gives the example a past, so that its console has something to show: the tokens of a file and others, as
// people made and changed them in the last months, and 30 days of usage. What is there already stays as it is.
//
//	sample examples/embedded/tokens.yaml build
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
)

const day = 24 * time.Hour

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "Say which tokens, and where to: sample examples/embedded/tokens.yaml build")
		os.Exit(2)
	}
	if err := sample(context.Background(), os.Args[1], os.Args[2], time.Now().UTC()); err != nil {
		fmt.Fprintln(os.Stderr, "There is no sample data:", err)
		os.Exit(1)
	}
}

// sample makes what isn't there. It is made elsewhere and moved, so that what was interrupted is done again.
func sample(ctx context.Context, from, to string, now time.Time) error {
	draft, err := os.MkdirTemp(to, "sample-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(draft) }()
	tokens, usage := filepath.Join(to, "tokens.yaml"), filepath.Join(to, "usage")
	if missing(tokens) {
		made := filepath.Join(draft, "tokens.yaml")
		if err := makeTokens(ctx, from, made, now); err != nil {
			return err
		}
		if err := errors.Join(os.Rename(made+".audit.jsonl", tokens+".audit.jsonl"), os.Rename(made, tokens)); err != nil {
			return err
		}
	}
	if !missing(usage) {
		return nil
	}
	made := filepath.Join(draft, "usage")
	if err := makeUsage(ctx, made, tokens, now); err != nil {
		return err
	}
	return os.Rename(made, usage)
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// makeTokens writes the file at a path: a copy of another one, to which people did what they did.
func makeTokens(ctx context.Context, from, path string, now time.Time) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return err
	}
	return relive(ctx, filestore.Open(path, filestore.Options{}), now)
}

// relive does again what people did.
func relive(ctx context.Context, store registry.Store, now time.Time) error {
	for _, a := range history {
		if err := a.do(ctx, a.operator(store, now)); err != nil {
			return err
		}
	}
	return nil
}
