// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package outbox_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/redisoutbox"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// The least that a user needs for the outbox alone, as the README says.
const rules = "-@all ~{clienttokens:registry}:notifications:* +evalsha +eval +time +get +set +exists +pexpire " +
	"+hexists +hset +hget +hdel +zadd +zcard +zrangebyscore +zrem +zscore"

// each runs a test for all kinds of outboxes. open returns the outbox as another collector sees it.
func each(t *testing.T, test func(t *testing.T, open func() outbox.Outbox)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) {
		o := outbox.NewMemory(time.Now)
		test(t, func() outbox.Outbox { return o })
	})
	t.Run("Redis", func(t *testing.T) {
		server := redistest.Start(t)
		user := append([]any{"acl", "setuser", "collector", "on", ">secret"}, anySlice(strings.Fields(rules))...)
		require.NoError(t, server.Client().Do(t.Context(), user...).Err())
		test(t, func() outbox.Outbox {
			return openRedis(t, server.Addr(), func(c *redisconn.Config) { c.Username, c.Password = "collector", "secret" })
		})
	})
	t.Run("Redis Cluster", func(t *testing.T) {
		cluster := redistest.StartCluster(t)
		test(t, func() outbox.Outbox {
			return openRedis(t, cluster.Addrs()[0], func(c *redisconn.Config) { c.Cluster = true })
		})
	})
}

func anySlice(words []string) []any {
	var all []any
	for _, w := range words {
		all = append(all, w)
	}
	return all
}

func openRedis(t *testing.T, address string, edits ...func(*redisconn.Config)) outbox.Outbox {
	t.Helper()
	c := redisconn.NewDefaultConfig()
	c.Endpoints, c.Timeout = []string{address}, 10*time.Second
	for _, edit := range edits {
		edit(&c)
	}
	o, err := redisoutbox.Open(t.Context(), &c)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, o.Close()) })
	return o
}

func mailTo(recipient, event string) outbox.Delivery {
	return outbox.Delivery{
		Channel: outbox.SMTP, Recipient: recipient,
		Event: notify.Event{
			ID: event, Kind: notify.Deleted, At: time.UnixMilli(1_764_000_000_123).UTC(), By: "cli:jo",
			Organization: notify.Subject{ID: "acme", Name: "Acme Inc."},
			Tokens:       []notify.Subject{{ID: "shop-web", Name: "Läden"}},
		},
		Since: time.UnixMilli(1_764_000_000_456).UTC(),
	}
}

const long = time.Minute

func next(t *testing.T, o outbox.Outbox, lease time.Duration) (outbox.Leased, bool) {
	t.Helper()
	l, found, err := o.Next(t.Context(), outbox.SMTP, lease)
	require.NoError(t, err)
	return l, found
}

func TestDeliveryIsLeasedDoneAndPutOff(t *testing.T) {
	each(t, func(t *testing.T, open func() outbox.Outbox) {
		t.Helper()
		one, other := open(), open()
		want := mailTo("jo@example.com", "e1")
		r, err := one.Once(t.Context(), nil, want, want) // there once
		require.NoError(t, err)
		assert.True(t, r.Done)

		l, found := next(t, other, long)
		require.True(t, found)
		assert.Equal(t, want, l.Delivery)
		_, found = next(t, one, long)
		assert.False(t, found, "it is leased")

		require.NoError(t, other.Later(t.Context(), l, 0))
		l, found = next(t, one, long)
		require.True(t, found)
		assert.Equal(t, 1, l.Attempts)
		require.NoError(t, one.Later(t.Context(), l, time.Hour))
		_, found = next(t, other, long)
		assert.False(t, found, "it is put off")

		require.NoError(t, other.Done(t.Context(), l))
		require.NoError(t, one.Done(t.Context(), l), "done is done")
		_, _, err = one.Next(t.Context(), outbox.Webhook, long)
		require.NoError(t, err)
	})
}

func TestAnEndedLeaseIsTakenOver(t *testing.T) {
	each(t, func(t *testing.T, open func() outbox.Outbox) {
		t.Helper()
		dead, heir := open(), open()
		_, err := dead.Once(t.Context(), nil, mailTo("jo@example.com", "e1"))
		require.NoError(t, err)
		lost, found := next(t, dead, time.Millisecond)
		require.True(t, found)

		var taken outbox.Leased
		require.Eventually(t, func() bool { taken, found = next(t, heir, long); return found }, 10*time.Second, time.Millisecond)
		assert.Equal(t, lost.Delivery, taken.Delivery)

		require.NoError(t, dead.Later(t.Context(), lost, 0), "it is not the dead one's any more")
		_, found = next(t, dead, long)
		assert.False(t, found)
	})
}

func TestHistoryIsReadOnce(t *testing.T) {
	each(t, func(t *testing.T, open func() outbox.Outbox) {
		t.Helper()
		collectors := []outbox.Outbox{open(), open(), open()}
		var entries []audit.ID
		for i := range uint64(20) {
			entries = append(entries, audit.ID{Millis: 1_764_000_000_000 + i, Number: i})
		}
		var advances sync.WaitGroup
		var mu sync.Mutex
		moved := map[audit.ID]int{}
		for _, o := range collectors {
			advances.Go(func() {
				at := audit.ID{}
				for _, to := range entries {
					r, err := o.Advance(t.Context(), at, to, mailTo("jo@example.com", to.String()))
					if err != nil {
						t.Error(err) // require is for the goroutine of the test
					}
					if r.Done {
						mu.Lock()
						moved[to]++
						mu.Unlock()
					}
					at = to
				}
			})
		}
		advances.Wait()
		for _, id := range entries {
			assert.Equal(t, 1, moved[id])
		}
		at, err := collectors[0].Position(t.Context())
		require.NoError(t, err)
		assert.Equal(t, entries[len(entries)-1], at)
		n := 0
		for l, found := next(t, collectors[n%3], long); found; l, found = next(t, collectors[n%3], long) {
			require.NoError(t, collectors[n%3].Done(t.Context(), l))
			n++
		}
		assert.Len(t, entries, n)
	})
}

func TestClaimsAreTakenOnceWhileTheyLast(t *testing.T) {
	each(t, func(t *testing.T, open func() outbox.Outbox) {
		t.Helper()
		one, other := open(), open()
		a, b := outbox.Claim{Name: "expiring/a", For: long}, outbox.Claim{Name: "expiring/b", For: 50 * time.Millisecond}
		r, err := one.Once(t.Context(), []outbox.Claim{a}, mailTo("jo@example.com", "e1"))
		require.NoError(t, err)
		assert.True(t, r.Done)
		r, err = other.Once(t.Context(), []outbox.Claim{b, a}, mailTo("jo@example.com", "e2"))
		require.NoError(t, err)
		assert.False(t, r.Done, "one of two is held")

		fresh, err := other.Fresh(t.Context(), []outbox.Claim{a, b})
		require.NoError(t, err)
		assert.Equal(t, []outbox.Claim{b}, fresh, "and the other one was not taken")
		_, err = other.Once(t.Context(), []outbox.Claim{b})
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			r, err := one.Once(t.Context(), []outbox.Claim{b})
			return err == nil && r.Done
		}, 10*time.Second, time.Millisecond, "it ends")

		_, err = other.Fresh(t.Context(), []outbox.Claim{{Name: b.Name, For: long}})
		require.NoError(t, err)
		time.Sleep(100 * time.Millisecond)
		fresh, err = one.Fresh(t.Context(), []outbox.Claim{a, b})
		require.NoError(t, err)
		assert.Empty(t, fresh, "asking made it last longer")
		l, found := next(t, one, long)
		assert.True(t, found)
		assert.Equal(t, "e1", l.Event.ID)
		_, found = next(t, one, long)
		assert.False(t, found)
	})
}

func TestWhatHasNoRoomIsDropped(t *testing.T) {
	each(t, func(t *testing.T, open func() outbox.Outbox) {
		t.Helper()
		o := open()
		var many []outbox.Delivery
		for i := range outbox.MaxWaiting + 2 {
			d := mailTo("jo@example.com", fmt.Sprint(i))
			d.Event = notify.Event{ID: d.Event.ID}
			many = append(many, d)
		}
		hook := outbox.Delivery{Channel: outbox.Webhook, Event: notify.Event{ID: "e"}}
		r, err := o.Once(t.Context(), nil, append(many, hook)...)
		require.NoError(t, err)
		assert.True(t, r.Done)
		assert.Equal(t, 2, r.Dropped[outbox.SMTP])
		assert.Zero(t, r.Dropped[outbox.Webhook])
	})
}

// What another version has put in is taken out, and the next one is found.
func TestUnreadableDeliveries(t *testing.T) {
	server := redistest.Start(t)
	o := openRedis(t, server.Addr())
	client, keys := server.Client(), "{clienttokens:registry}:notifications:smtp"
	require.NoError(t, client.HSet(t.Context(), keys, "e0 jo", `{"channel":7}`).Err())
	require.NoError(t, client.ZAdd(t.Context(), keys+":due", redis.Z{Score: 1, Member: "e0 jo"}).Err())
	_, err := o.Once(t.Context(), nil, mailTo("jo@example.com", "e1"))
	require.NoError(t, err)
	_, _, err = o.Next(t.Context(), outbox.SMTP, long)
	require.ErrorIs(t, err, outbox.ErrUnreadable)
	l, found := next(t, o, long)
	require.True(t, found)
	assert.Equal(t, "e1", l.Event.ID)
}
