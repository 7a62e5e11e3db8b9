// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/pflag"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/duration"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/redisstore"
)

const (
	fileVariable  = "CLIENTTOKENS_FILE"
	redisVariable = "CLIENTTOKENS_REDIS"
	redisFlag     = "--redis"
)

// place is where the registry is, and how long it may take to answer.
type place struct {
	file, redis string
	timeout     time.Duration // 0: not given
	whole       bool          // all records are written, which takes longer
}

// Timeouts unless one is given: of all together, and of the one call that puts all records in their place.
const (
	usualTimeout = 30 * time.Second
	wholeTimeout = time.Minute
	wholeCall    = 10 * time.Second
)

func (p *place) register(flags *pflag.FlagSet) {
	takeText(flags, &p.file, "file", "PATH", "the token file")
	takeText(flags, &p.redis, "redis", "URL", "the Redis; see clienttokens help redis-url")
	take(flags, "timeout", "TIME", "that the registry may take (default 30s; import 1m)", func(text string) error {
		d, err := duration.Parse(text)
		if err == nil && d == 0 {
			return errors.New("write a duration above 0, for example 10s")
		}
		p.timeout = d
		return err
	})
}

// patience is how long the registry may take.
func (p *place) patience() time.Duration {
	switch {
	case p.timeout > 0:
		return p.timeout
	case p.whole:
		return wholeTimeout
	default:
		return usualTimeout
	}
}

// fromEnvironment fills in where no flag says it.
func (p *place) fromEnvironment(getenv func(string) string) {
	if p.file == "" && p.redis == "" {
		p.file, p.redis = getenv(fileVariable), getenv(redisVariable)
	}
}

func (p *place) check() error {
	const either = "--file PATH or --redis URL (or the variables " + fileVariable + " and " + redisVariable + ")"
	switch {
	case p.file == "" && p.redis == "":
		return misused(errors.New("no registry is named: add " + either))
	case p.file != "" && p.redis != "":
		return misused(errors.New("a file and a Redis are named: keep one of " + either + "; unset the other variable"))
	}
	return nil
}

func (c *cli) open(ctx context.Context) (registry.Store, error) {
	c.place.fromEnvironment(c.getenv)
	if err := c.place.check(); err != nil {
		return nil, err
	}
	if c.place.file != "" {
		return reachable{filestore.Open(c.place.file, filestore.Options{})}, nil
	}
	config, err := redisConfig(redisFlag, c.place.redis)
	if err != nil {
		return nil, err
	}
	if c.place.whole {
		config.Timeout = max(config.Timeout, wholeCall)
	}
	store, err := redisstore.Open(ctx, config)
	if err != nil {
		return nil, &unreachableError{where: redisconn.Describe(config), err: err}
	}
	return reachable{store}, nil
}

func redisConfig(flag, url string) (*redisconn.Config, error) {
	config, err := redisconn.ParseURL(url)
	if err != nil {
		return nil, misused(errors.New(flag + ": " + err.Error()))
	}
	return config, nil
}

// work is what a command does with an open registry.
type work func(ctx context.Context, r *open, args []string) error

// open is a registry that is open, and who works on it.
type open struct {
	registry.Store
	*lifecycle.Operator
}

// with opens the registry for as long as the work takes, at most the timeout.
func (c *cli) with(w work) action {
	return func(ctx context.Context, args []string) error {
		store, err := c.open(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = store.Close() }() // what was written has been acknowledged
		ctx, cancel := context.WithTimeout(ctx, c.place.patience())
		defer cancel()
		return w(ctx, &open{store, c.operator(store)}, args)
	}
}

func (c *cli) operator(store registry.Store) *lifecycle.Operator {
	return lifecycle.New(store, lifecycle.Options{
		By: audit.ByCommand + c.user, From: c.host, Now: c.now, Random: c.random,
	})
}
