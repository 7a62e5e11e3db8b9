// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// unreachableError is what a store says that has nothing to do with records.
type unreachableError struct {
	where   string
	flag    string // that names it; "": --redis
	err     error
	writing bool
}

func (e *unreachableError) Error() string {
	text, unknown := fmt.Sprintf("%s can't be used: %v", e.where, e.err), e.writing
	switch {
	case errors.Is(e.err, context.DeadlineExceeded):
		text = e.where + " doesn't answer in time: check that it can be reached from here, " +
			"and whether it speaks TLS, or raise --timeout"
	case errors.Is(e.err, registry.ErrUnavailable):
		text = fmt.Sprintf("%v: %s", e.err, adviceFor(e.err, cmp.Or(e.flag, redisFlag)))
	case errors.Is(e.err, fs.ErrPermission):
		text, unknown = text+": let this user read it", false
	default:
		unknown = false
	}
	if unknown {
		text += "; look whether it was written all the same before you try again"
	}
	return text
}

// adviceFor goes by what Redis says when it can be reached.
func adviceFor(err error, flag string) string {
	switch text := err.Error(); {
	case strings.Contains(text, "WRONGPASS"), strings.Contains(text, "NOAUTH"):
		return "check user and password in " + flag
	case strings.Contains(text, "NOPERM"):
		return "give the user the rights that the README lists"
	default:
		return "check " + flag + ", and that it can be reached from here"
	}
}

func (e *unreachableError) Unwrap() error {
	return e.err
}

// reachable is a store whose errors tell its failures from those of records.
type reachable struct{ registry.Store }

func (r reachable) tell(err error) error {
	return r.about(err, false)
}

func (r reachable) about(err error, writing bool) error {
	switch {
	case err == nil, errors.Is(err, registry.ErrReadOnly), errors.Is(err, context.Canceled), is[*registry.NotFoundError](err),
		is[*registry.ConflictError](err), is[*registry.FaultsError](err), is[*registry.LostError](err):
		return err
	}
	return &unreachableError{where: r.String(), err: err, writing: writing}
}

func (r reachable) Contents(ctx context.Context) (*registry.Contents, error) {
	c, err := r.Store.Contents(ctx)
	return c, r.tell(err)
}

func (r reachable) Token(ctx context.Context, id string) (registry.Token, error) {
	t, err := r.Store.Token(ctx, id)
	return t, r.tell(err)
}

func (r reachable) Organization(ctx context.Context, id string) (registry.Organization, error) {
	o, err := r.Store.Organization(ctx, id)
	return o, r.tell(err)
}

func (r reachable) Write(ctx context.Context, act audit.Act, changes ...registry.Change) error {
	return r.about(r.Store.Write(ctx, act, changes...), true)
}

func (r reachable) Replace(ctx context.Context, act audit.Act, c *registry.Contents) error {
	return r.about(r.Store.Replace(ctx, act, c), true)
}

func (r reachable) Audit(ctx context.Context, q audit.Query) ([]audit.Entry, error) {
	entries, err := r.Store.Audit(ctx, q)
	return entries, r.tell(err)
}
