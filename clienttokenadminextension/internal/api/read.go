// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/problem"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// organization returns the id in the path.
func (c *call) organization() string { return c.PathValue("organization") }

// target names the record with an id, and, if the request has an If-Match, the version of it. kind is for the answer to
// one that no version has.
func (c *call) target(kind, id string) (office.Target, error) {
	revision, err := matched(c.Header.Values("If-Match"))
	if errors.Is(err, errNoRevision) {
		err = &office.StaleError{Kind: kind, ID: id}
	}
	return office.Target{ID: id, Revision: revision}, err
}

var errNoRevision = errors.New("no record has such a revision")

var etag = regexp.MustCompile(`^"(\d{1,20})"$`)

// matched reads an If-Match: 0 if any version will do.
func matched(values []string) (registry.Revision, error) {
	text := strings.TrimSpace(strings.Join(values, ","))
	switch {
	case text == "" || text == "*":
		return 0, nil
	case strings.Contains(text, ","):
		return 0, problem.New(problem.Malformed, "If-Match names several versions: name the one you have seen")
	}
	if parts := etag.FindStringSubmatch(text); parts != nil {
		if n, err := strconv.ParseUint(parts[1], 10, 64); err == nil && n != 0 {
			return registry.Revision(n), nil
		}
	}
	return 0, errNoRevision
}

// body reads the fields that may be set into a record, as a JSON merge patch (RFC 7396) does it.
func (c *call) body(into any, fields ...string) error {
	text, err := c.text()
	if err != nil {
		return err
	}
	return apply(text, into, fields)
}

func apply(text []byte, into any, fields []string) error {
	faults, err := patch(text, into, fields)
	if err != nil {
		return problem.New(problem.Malformed, "the body is not a JSON object: "+err.Error())
	}
	if len(faults) > 0 {
		return &lifecycle.InvalidError{Record: "the body", Faults: faults}
	}
	return nil
}

// edits reads a merge patch, and returns what it does to a record of the same type as the example.
func edits[R any](c *call, fields ...string) (func(*R), error) {
	text, err := c.text()
	if err != nil {
		return nil, err
	}
	var example R
	if err := apply(text, &example, fields); err != nil {
		return nil, err
	}
	return func(r *R) { _ = apply(text, r, fields) }, nil // it was applied before
}

// optionalBody is body for one that may be missing.
func (c *call) optionalBody(into any, fields ...string) error {
	if c.ContentLength == 0 {
		return nil
	}
	return c.body(into, fields...)
}

// text reads the body. A form of another site can't be JSON.
func (c *call) text() ([]byte, error) {
	media, _, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil || media != "application/json" && (media != "application/merge-patch+json" || c.Method != http.MethodPatch) {
		return nil, problem.New(problem.UnsupportedMedia, "send Content-Type: application/json")
	}
	text, err := io.ReadAll(c.Body)
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, problem.New(problem.TooLarge, "the body has more than "+strconv.FormatInt(large.Limit, 10)+" bytes")
	}
	if err != nil {
		return nil, problem.New(problem.Malformed, "the body can't be read")
	}
	return text, nil
}
