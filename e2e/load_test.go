// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// load is senders at work: each sends at its own pace, whatever the answers, to all Collectors of a fleet in turn.
type load struct {
	ledger

	fleet   fleet
	bodies  [][]byte // of batches, from the smallest on
	client  *http.Client
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// smallest is the number of spans in the smallest batch.
const smallest = 5

// startLoad sends batches of smallest to largest spans until end is called or the test is over. There is a
// bystander, too.
func startLoad(t *testing.T, f fleet, organizations []organization, largest int) *load {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	l := &load{fleet: f, cancel: cancel, ledger: ledger{epoch: time.Now()}}
	l.client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	for n := smallest; n <= largest; n++ {
		l.bodies = append(l.bodies, spansProtobuf(t, n))
	}
	for _, o := range append(slices.Clone(organizations), bystander) {
		for _, s := range o.senders {
			if s.offered == 0 {
				continue // posts only
			}
			l.running.Go(func() { l.keepSending(ctx, o.id, s) })
		}
	}
	t.Cleanup(l.end)
	return l
}

// end waits until all that was sent is answered.
func (l *load) end() {
	l.cancel()
	l.running.Wait()
	l.client.CloseIdleConnections()
}

// keepSending never waits for an answer: who does offers less when the Collector gets slow.
func (l *load) keepSending(ctx context.Context, organization string, s sender) {
	next := time.Now()
	for i := rand.IntN(len(l.fleet)); ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Until(next)):
		}
		spans := smallest + rand.IntN(len(l.bodies))
		next = next.Add(time.Duration(spans) * time.Minute / time.Duration(s.offered))
		b := batch{organization: organization, token: s.id, collector: i % len(l.fleet), spans: spans}
		l.running.Go(func() { l.send(b, s.secret()) })
	}
}

func (l *load) send(b batch, secret string) {
	url := l.fleet[b.collector].middleware + "/v1/traces"
	request, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(l.bodies[b.spans-smallest]))
	if err != nil {
		panic(err) // impossible
	}
	request.Header.Set("Content-Type", contentProtobuf)
	request.Header.Set("X-Client-Token", secret)
	b.sent = l.now()
	response, err := l.client.Do(request)
	if err == nil {
		b.status, b.retryAfter = response.StatusCode, response.Header.Get("Retry-After")
		b.text = text(response.Body)
	} else {
		b.text = err.Error()
	}
	b.answered = l.now()
	if b.status == http.StatusOK || b.status == http.StatusTooManyRequests {
		b.text = "" // nobody wants to read them all
	}
	l.add(b)
}

func text(body io.ReadCloser) string {
	defer body.Close()
	content, err := io.ReadAll(body)
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(content)
}
