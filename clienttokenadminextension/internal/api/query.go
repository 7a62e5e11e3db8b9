// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/duration"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// query reads parameters, and collects everything that is wrong with them.
type query struct {
	values url.Values
	known  []string
	faults []registry.Fault
}

func (c *call) query() *query {
	values, err := url.ParseQuery(c.URL.RawQuery)
	q := &query{values: values}
	if err != nil {
		q.fault("", "can't be read", "escape what is not a letter, a digit or one of -._~")
	}
	return q
}

// err has everything that is wrong, parameters that nobody has asked for included.
func (q *query) err() error {
	for _, name := range slices.Sorted(keysOf(q.values)) {
		if !slices.Contains(q.known, name) {
			q.fault(safe(name), "is not a parameter of this", "leave it out; there are "+strings.Join(q.known, ", "))
		} else if len(q.values[name]) > 1 {
			q.fault(name, "is there twice", "leave one of them out")
		}
	}
	if len(q.faults) == 0 {
		return nil
	}
	return &lifecycle.InvalidError{Record: office.Query, Faults: q.faults}
}

func keysOf(values url.Values) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range values {
			if !yield(name) {
				return
			}
		}
	}
}

func (q *query) fault(name, problem, fix string) {
	q.faults = append(q.faults, registry.Fault{Field: name, Problem: problem, Fix: fix})
}

func (q *query) text(name string) string {
	q.known = append(q.known, name)
	return q.values.Get(name)
}

// read lets parse read a parameter that is there.
func (q *query) read(name, problem, fix string, parse func(string) error) {
	if text := q.text(name); text != "" && parse(text) != nil {
		q.fault(name, problem, fix)
	}
}

func (q *query) number(name string) (n int) {
	q.read(name, "is not a number", "correct it, or leave it out", func(text string) (err error) {
		n, err = strconv.Atoi(text)
		return err
	})
	return n
}

func (q *query) time(name string) (t time.Time) {
	q.read(name, "is not a time", "write it such as 2030-01-31T00:00:00Z", func(text string) (err error) {
		t, err = time.Parse(time.RFC3339, text)
		return err
	})
	return t
}

func (q *query) duration(name string) (d time.Duration) {
	q.read(name, "is not a duration", "write it such as 24h, 7d or 5m", func(text string) (err error) {
		d, err = duration.Parse(text)
		return err
	})
	return d
}

func (q *query) boolean(name string) (b *bool) {
	q.read(name, "is not true or false", "correct it, or leave it out", func(text string) error {
		value, err := strconv.ParseBool(text)
		b = &value
		return err
	})
	return b
}

// oneOf takes a parameter with few values, and nothing.
func oneOf[T ~string](q *query, name string, values ...T) T {
	text := T(q.text(name))
	if text == "" || slices.Contains(values, text) {
		return text
	}
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	q.fault(name, "is unknown", "use one of "+strings.Join(names, ", "))
	return ""
}

func (q *query) paging() office.Paging {
	return office.Paging{After: q.text("after"), Limit: q.number("limit")}
}
