// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/spf13/pflag"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
)

// question is a request to be explained.
type question struct {
	secret, id        string
	origin, appOrigin []string
	path              string
	header            string
	report            bool
}

func (q *question) register(flags *pflag.FlagSet) {
	takeText(flags, &q.secret, "token", "SECRET", "as a sender has it")
	takeText(flags, &q.id, "id", "ID", "of the token")
	take(flags, "origin", "ORIGIN", "that the browser declares", func(v string) error {
		q.origin = append(q.origin, v)
		return nil
	})
	take(flags, "app-origin", "ORIGIN", "that an app declares in X-LAST9-ORIGIN", func(v string) error {
		q.appOrigin = append(q.appOrigin, v)
		return nil
	})
	q.path, q.header = "/v1/traces", "X-Client-Token"
	takeText(flags, &q.path, "path", "PATH", "of the request")
	takeText(flags, &q.header, "header", "NAME", "of the header with the token")
	flags.BoolVar(&q.report, "report", false, "the collector says origin_mode: report")
}

// complete reads the secret where it is to be read, and makes sure that one token is named.
func (q *question) complete(in io.Reader, read, given bool) error {
	ways := 0
	for _, way := range []bool{read, given, q.id != ""} {
		if way {
			ways++
		}
	}
	if ways != 1 {
		const missing = "name one token: by --token SECRET, by --id ID, or - to read its secret from the standard input"
		return misused(errors.New(missing))
	}
	if !read {
		return nil
	}
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	q.secret = strings.TrimRight(line, "\r\n")
	return nil
}

// request is what a sender's headers would be.
func (q *question) request() http.Header {
	h := http.Header{}
	value := q.secret
	if http.CanonicalHeaderKey(q.header) == "Authorization" && value != "" {
		value = "Bearer " + value
	}
	h.Set(q.header, value)
	for _, o := range q.origin {
		h.Add("Origin", o)
	}
	for _, o := range q.appOrigin {
		h.Add(admission.AppOriginHeader, o)
	}
	return h
}
