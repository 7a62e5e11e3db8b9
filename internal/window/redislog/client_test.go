// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// crowd returns calls of n organizations, each for one span.
func crowd(n int) ([]*redislog.Call, []*redislog.Reply) {
	calls, replies := make([]*redislog.Call, n), make([]*redislog.Reply, n)
	for i := range calls {
		calls[i], replies[i] = batches(1<<40, 1<<40, 1), new(redislog.Reply)
		calls[i].Organization = "org-" + strconv.Itoa(i)
	}
	return calls, replies
}

// charged returns what a call's logs hold.
func charged(t *testing.T, client redis.UniversalClient, call *redislog.Call) (organization, token int64) {
	t.Helper()
	all := keys(call)
	return total(t, client, all[0]), total(t, client, all[1])
}

// total returns what a log holds.
func total(t *testing.T, client redis.UniversalClient, key string) int64 {
	t.Helper()
	value, err := client.Get(t.Context(), key).Result()
	if err == redis.Nil { //nolint:errorlint // it is what go-redis returns
		return 0
	}
	require.NoError(t, err)
	i := parse(t, value)
	return i.total
}

// requireCharged checks that each call of a crowd has charged so many spans.
func requireCharged(t *testing.T, client redis.UniversalClient, calls []*redislog.Call, want int64) {
	t.Helper()
	for _, call := range calls {
		organization, token := charged(t, client, call)
		require.Equal(t, want, organization, call.Organization)
		require.Equal(t, want, token, call.Organization)
	}
}

func TestClientDoesNothing(t *testing.T) {
	client := redislog.NewClient(redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"}), prefix, time.Second, time.Second)
	require.Empty(t, client.Do(t.Context(), nil, nil))
	node, err := client.Node(t.Context(), "o")
	require.NoError(t, err)
	require.Empty(t, node)
	client.Refresh(t.Context())
}

// The script goes over the network only where it isn't known.
func TestScriptIsSentOnce(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, time.Second)
	for range 3 {
		r.do(batches(9, 9, 1))
	}
	stats := r.redis.Info(t.Context(), "commandstats").Val()
	require.Contains(t, stats, "cmdstat_eval:calls=1,")
	require.Contains(t, stats, "cmdstat_evalsha:calls=3,")
}

// A server that forgets scripts at any moment is told again, and each call is run once.
func TestScriptForgotten(t *testing.T) {
	const callers, rounds = 4, 15
	s := redistest.Start(t)
	client := redislog.NewClient(s.Client(), prefix, time.Second, time.Second)
	calls, _ := crowd(200)
	var flushing, calling sync.WaitGroup
	done := make(chan struct{})
	flushing.Go(func() { forget(t, s, done) })
	for range callers {
		calling.Go(func() {
			_, replies := crowd(len(calls))
			for range rounds {
				for i, err := range client.Do(t.Context(), calls, replies) {
					if err == nil && replies[i].Tokens[0].Refusers[0] == window.None {
						continue
					}
					t.Errorf("%v", err)
				}
			}
		})
	}
	calling.Wait()
	close(done)
	flushing.Wait()
	requireCharged(t, s.Client(), calls, callers*rounds)
}

func forget(t *testing.T, s *redistest.Server, done <-chan struct{}) {
	t.Helper()
	client := redis.NewClient(s.Client().Options())
	defer func() { _ = client.Close() }()
	for {
		select {
		case <-done:
			return
		default:
			if err := client.ScriptFlush(t.Context()).Err(); err != nil {
				t.Error(err)
			}
		}
	}
}

// One key that is no log fails its own call only.
func TestErrorsAreOfOneCall(t *testing.T) {
	s := redistest.Start(t)
	client := redislog.NewClient(s.Client(), prefix, time.Second, time.Second)
	calls, replies := crowd(5)
	require.NoError(t, s.Client().Set(t.Context(), organizationKey("org-2"), "no log", 0).Err())
	require.NoError(t, s.Client().SAdd(t.Context(), organizationKey("org-3"), "no string").Err())
	for range 2 { // both when the script is known and when not
		for i, err := range client.Do(t.Context(), calls, replies) {
			if i == 2 || i == 3 {
				require.Error(t, err)
				continue
			}
			require.NoError(t, err)
		}
	}
	require.NoError(t, s.Client().Del(t.Context(), organizationKey("org-2"), organizationKey("org-3")).Err())
	for i, want := range []int64{2, 2, 0, 0, 2} {
		requireCharged(t, s.Client(), calls[i:i+1], want)
	}
}

// A Redis that isn't there fails all calls.
func TestServerGone(t *testing.T) {
	s := redistest.Start(t)
	logging.Disable() // that it can't connect
	options := *s.Client().Options()
	options.DialerRetries = 1
	once := redis.NewClient(&options)
	t.Cleanup(func() { _ = once.Close() })
	client := redislog.NewClient(once, prefix, time.Second, time.Second)
	s.Kill()
	calls, replies := crowd(3)
	for _, err := range client.Do(t.Context(), calls, replies) {
		require.Error(t, err)
	}
}

// An answer that got lost leaves its calls undecided, but they aren't sent again.
func TestLostAnswerIsNotAskedForAgain(t *testing.T) {
	s := redistest.Start(t)
	p := redistest.StartProxy(t, s.Addr())
	options := *s.Client().Options()
	options.Addr, options.MaxRetries = p.Addr(), 3
	throughProxy := redis.NewClient(&options)
	t.Cleanup(func() { _ = throughProxy.Close() })
	calls, replies := crowd(10)
	client := redislog.NewClient(throughProxy, prefix, time.Second, time.Second)
	for charge := int64(1); charge < 6; charge += 2 {
		for _, err := range client.Do(t.Context(), calls, replies) { // connects
			require.NoError(t, err)
		}
		requireCharged(t, s.Client(), calls, charge)
		loseAnswer(t, client, s.Client(), []*redistest.Proxy{p}, calls, charge+1)
		requireCharged(t, s.Client(), calls, charge+1)
	}
}

// loseAnswer runs calls whose answers get lost with the connection, once Redis has charged as much.
func loseAnswer(t *testing.T, client *redislog.Client, direct redis.UniversalClient, ps []*redistest.Proxy,
	calls []*redislog.Call, charge int64,
) {
	t.Helper()
	for _, p := range ps {
		p.DropReplies(true)
	}
	failed := make(chan []error, 1)
	go func() {
		_, replies := crowd(len(calls))
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		failed <- client.Do(ctx, calls, replies)
	}()
	require.Eventually(t, func() bool {
		for _, call := range calls {
			if organization, _ := charged(t, direct, call); organization < charge {
				return false
			}
		}
		return true
	}, 30*time.Second, time.Millisecond)
	for _, p := range ps { // from here on a second attempt would succeed
		p.DropReplies(false)
		p.Cut()
	}
	for _, err := range <-failed {
		require.Error(t, err)
	}
}
