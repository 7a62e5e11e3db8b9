// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"google.golang.org/grpc/codes"
)

// Senders through two pipelines ask for ten times the limit in far less than a minute.
func TestConcurrentPipelines(t *testing.T) {
	const senders, batches, limit = 8, 500, 1003
	f := NewFactory()
	cfg := defaults(same)
	sink := new(consumertest.TracesSink)
	pipelines := []*pipeline{newPipeline(t, f, cfg, sink), newPipeline(t, f, cfg, sink)}
	began := time.Now()
	var wg sync.WaitGroup
	for i := range senders {
		wg.Go(func() {
			ctx, td := from(t, shop(limit, limit)), traces(1+i%4)
			for range batches {
				if err := pipelines[i%2].ConsumeTraces(ctx, td); err != nil {
					assert.Equal(t, codes.ResourceExhausted, parse(t, err).code)
				}
			}
		})
	}
	wg.Wait()
	require.Less(t, time.Since(began), time.Minute)
	assert.Equal(t, limit, sink.SpanCount(), "the last place is taken by a batch of one span")
}
