// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// answer writes a body. What it says is never cached, which the guard in front sees to.
func (c *call) answer(status int, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	_, _ = c.w.Write(append(text, '\n')) // whoever hung up misses only an answer
	return nil
}

// record answers with a record and its version.
func (c *call) record(status int, revision registry.Revision, body any) error {
	c.tag(revision)
	return c.answer(status, body)
}

// created answers with a record that is new, and where it is.
func (c *call) created(revision registry.Revision, body any, path ...string) error {
	c.locate(path...)
	return c.record(http.StatusCreated, revision, body)
}

// done answers that there is nothing left to say.
func (c *call) done() error {
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// tag names the version of a record. It covers what people have written, not what was seen of the record since, such as
// its last use.
func (c *call) tag(revision registry.Revision) {
	if revision != 0 {
		c.w.Header().Set("ETag", `"`+strconv.FormatUint(uint64(revision), 10)+`"`)
	}
}

func (c *call) locate(path ...string) {
	parts := []string{Prefix}
	for _, part := range path {
		parts = append(parts, url.PathEscape(part))
	}
	c.w.Header().Set("Location", strings.Join(parts, "/"))
}

// next is where the next page of a list is: the same query with another start. "" if there is none.
func (c *call) next(after string) string {
	if after == "" {
		return ""
	}
	query := c.URL.Query()
	query.Set("after", after)
	return (&url.URL{Path: c.URL.Path, RawQuery: query.Encode()}).String()
}
