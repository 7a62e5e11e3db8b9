// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// website serves web pages without an SDK, and knows what has arrived behind a Collector.
type website struct {
	port  string
	pages *http.ServeMux
	sink  *sink
	seen  atomic.Int64 // spans that had arrived when it was asked last
}

func serveWebsite(t *testing.T, c *collector) *website {
	t.Helper()
	s := &website{pages: http.NewServeMux(), sink: c.sink}
	s.pages.Handle("/", http.FileServer(http.Dir("browser/page")))
	s.pages.HandleFunc("/arrived", s.arrived)
	server := httptest.NewServer(s.pages)
	t.Cleanup(server.Close)
	s.port = server.URL[strings.LastIndexByte(server.URL, ':')+1:]
	return s
}

// at returns the address of the website at a host. Chromium looks for all names in localhost on the loopback interface.
func (s *website) at(host string) string {
	return "http://" + host + ":" + s.port
}

// add serves a page with the script as its own.
func (s *website) add(path, script string) {
	s.pages.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`<!DOCTYPE html><script src="/page.js"></script><script>` + script + `</script>`))
	})
}

// arrived answers when as many spans as the query says have arrived since it answered last.
func (s *website) arrived(w http.ResponseWriter, r *http.Request) {
	spans, err := strconv.Atoi(r.URL.Query().Get("spans"))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	want := spans + int(s.seen.Load())
	for deadline := time.Now().Add(20 * time.Second); s.sink.spans() < want; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.WriteHeader(http.StatusGatewayTimeout)
			break
		}
	}
	s.seen.Store(int64(s.sink.spans()))
}
