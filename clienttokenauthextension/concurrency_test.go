// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
)

// TestRequestsWhileReloading is for the race detector, and sees to it that each request is decided and counted once.
func TestRequestsWhileReloading(t *testing.T) {
	const workers, requests = 8, 500
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	write(t, path, better)
	f := newFixture(t, reporting, usingFile(path))
	wrap, err := f.GetHTTPHandler(t.Context())
	require.NoError(t, err)
	handler, err := wrap(t.Context(), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	require.NoError(t, err)
	var sentAll atomic.Int64
	var reloaded atomic.Bool
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := 0; i < requests || !reloaded.Load(); i++ {
				sent := from([]string{"shop-web", "any-app", "nobody"}[i%3], "https://o"+strconv.Itoa(w*i)+".example")
				_, err := f.Authenticate(t.Context(), sent)
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/traces", http.NoBody)
				r.Header = sent
				handler.ServeHTTP(httptest.NewRecorder(), r)
				sentAll.Add(2)
				assert.Equal(t, i%3 == 2, err != nil)
			}
		})
	}
	write(t, path, better+"# again\n")
	assert.Eventually(t, func() bool { return len(f.host.Statuses()) > 0 }, 10*time.Second, 10*time.Millisecond)
	reloaded.Store(true)
	group.Wait()
	require.Equal(t, []componentstatus.Status{componentstatus.StatusOK}, f.host.Statuses())
	var counted int64
	for _, n := range f.counted(t) {
		counted += n
	}
	assert.Equal(t, sentAll.Load(), counted)
}
