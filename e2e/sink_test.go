// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// sink is where the Collector under test exports to: an OTLP/HTTP server that keeps what arrives.
type sink struct {
	url string

	mu        sync.Mutex
	resources []arrived
}

// arrived is one resource of a batch: its attributes, in order and with repeats, and the names of what it has.
type arrived struct {
	keys           []string
	values         map[string]string
	spans, metrics []string
}

func newSink(t *testing.T) *sink {
	t.Helper()
	s := &sink{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		if r.URL.Path == "/v1/metrics" {
			request := pmetricotlp.NewExportRequest()
			assert.NoError(t, request.UnmarshalProto(body))
			s.keepMetrics(request)
		} else {
			request := ptraceotlp.NewExportRequest()
			assert.NoError(t, request.UnmarshalProto(body))
			s.keep(request)
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *sink) keep(request ptraceotlp.ExportRequest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, resource := range request.Traces().ResourceSpans().All() {
		a := from(resource.Resource())
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				a.spans = append(a.spans, span.Name())
			}
		}
		s.resources = append(s.resources, a)
	}
}

func (s *sink) keepMetrics(request pmetricotlp.ExportRequest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, resource := range request.Metrics().ResourceMetrics().All() {
		a := from(resource.Resource())
		for _, scope := range resource.ScopeMetrics().All() {
			for _, metric := range scope.Metrics().All() {
				a.metrics = append(a.metrics, metric.Name())
			}
		}
		s.resources = append(s.resources, a)
	}
}

func from(resource pcommon.Resource) arrived {
	a := arrived{values: map[string]string{}}
	for key, value := range resource.Attributes().All() {
		a.keys = append(a.keys, key)
		a.values[key] = value.AsString()
	}
	return a
}

// all returns what has arrived so far.
func (s *sink) all() []arrived {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]arrived(nil), s.resources...)
}

// spans returns how many spans have arrived so far.
func (s *sink) spans() int {
	total := 0
	for _, a := range s.all() {
		total += len(a.spans)
	}
	return total
}

// spansOf returns how many spans have arrived so far that are stamped with a token.
func (s *sink) spansOf(token string) int {
	total := 0
	for _, a := range s.all() {
		if a.values["token_id"] == token {
			total += len(a.spans)
		}
	}
	return total
}

// times returns how often a key occurs.
func (a arrived) times(key string) int {
	n := 0
	for _, k := range a.keys {
		if k == key {
			n++
		}
	}
	return n
}
