// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Over the limit the wait is up to 66 s. With the SDK's 10 s a batch is dropped at once; with 90 s it waits as it is told,
// is sent once more and delivered. Whether the processor refuses or a flood is refused unread makes no difference.
func TestBrowserOverLimit(t *testing.T) {
	t.Parallel()
	c, p := startCollector(t), servePage(t)
	t.Run("all", func(t *testing.T) {
		t.Run("refused by the processor", func(t *testing.T) {
			t.Parallel()
			testPatience(t, c, p, "page", []int{60}, 1, 50)
			assert.Equal(t, 60+50, c.sink.spansOf("page"))
		})
		t.Run("refused unread", func(t *testing.T) {
			t.Parallel()
			testPatience(t, c, p, "flooded", []int{100, 1}, 4, 25)
			assert.Equal(t, 100+4*25, c.sink.spansOf("flooded"))
		})
	})
	assert.Equal(t, 1+4, c.sum(t, shedRequests), "a post of each batch, and none behind")
	assert.Equal(t, 2+1, c.sum(t, `otelcol_processor_span_rate_limit_requests{decision="refused"`))
}

// testPatience uses up a token's limit, then sends a batch with the SDK's timeoutMillis, and several at once with a longer
// one.
func testPatience(t *testing.T, c *collector, p page, token string, before []int, batches, spans int) {
	t.Helper()
	const patient = "{timeoutMillis: 90_000, exportTimeoutMillis: 90_000}"
	var steps []any
	for _, n := range append(before, spans) {
		steps = append(steps, fmt.Sprintf("example.sendSpans(%d)", n))
	}
	steps = append(steps, fmt.Sprintf("Promise.all(Array.from({length: %d}, () => example.sendSpans(%d, %s)))",
		batches, spans, patient))
	v := browse(t, p.allowed, c.middleware, settings("secret-of-the-"+token+"-token"), steps...)
	require.Len(t, v.batches, len(before)+1+batches)
	assert.Len(t, v.sent(), len(before)+1+2*batches, "posts that the network saw")

	assert.True(t, v.batches[0].Delivered)
	hasty := v.postsOf(len(before) + 1)
	require.Len(t, hasty, 1)
	hasty[0].refused(t)
	assert.False(t, v.batches[len(before)].Delivered)
	for i := range batches {
		batch := len(before) + 2 + i
		posts := v.postsOf(batch)
		require.Len(t, posts, 2)
		seconds := posts[0].refused(t)
		assert.GreaterOrEqual(t, posts[1].StartedAt-posts[0].EndedAt, float64(1000*seconds), "it came back too early")
		assert.Equal(t, http.StatusOK, *posts[1].Status)
		assert.True(t, v.batches[batch-1].Delivered)
	}
}

// postsOf returns the posts of a batch, counted from 1, in order.
func (v visit) postsOf(batch int) []pagePost {
	var posts []pagePost
	for _, p := range v.posts {
		if p.Batch == batch {
			posts = append(posts, p)
		}
	}
	return posts
}

// refused returns the seconds after which a post that was over the limit may come back.
func (p pagePost) refused(t *testing.T) int {
	t.Helper()
	require.NotNil(t, p.Status)
	assert.Equal(t, http.StatusTooManyRequests, *p.Status)
	require.NotNil(t, p.RetryAfter, "CORS hides Retry-After")
	seconds, err := strconv.Atoi(*p.RetryAfter)
	require.NoError(t, err)
	return seconds
}
