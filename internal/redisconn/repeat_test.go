// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisconn

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// once is how a caller marks a command that must not run twice.
type once struct{ *redis.Cmd }

func (once) NoRetry() bool { return true }

// ways are how commands are sent.
var ways = map[string]func(context.Context, redis.UniversalClient, ...redis.Cmder) error{
	"alone": func(ctx context.Context, client redis.UniversalClient, commands ...redis.Cmder) error {
		return client.Process(ctx, commands[0])
	},
	"in a pipeline": func(ctx context.Context, client redis.UniversalClient, commands ...redis.Cmder) error {
		pipeline := client.Pipeline()
		_ = pipeline.BatchProcess(ctx, commands...)
		_, err := pipeline.Exec(ctx)
		return err
	},
}

// The server runs the command and hangs up before it answers. What may have run isn't sent again.
func TestNothingRunsTwice(t *testing.T) {
	for kind, extra := range map[string]string{"server": "", "cluster": ", cluster: true"} {
		for way, send := range ways {
			t.Run(kind+" "+way, func(t *testing.T) {
				endsClean(t)
				var ran atomic.Int64
				server := fakeRedis(t, func(addr string, command []string) string {
					if command[0] == "cluster" {
						return allSlotsAt(addr)
					}
					ran.Add(1)
					return hangUp
				})
				client := open(t, "{endpoints: ["+server.addr+"], timeout: 10s"+extra+"}")
				require.Error(t, send(t.Context(), client,
					once{redis.NewCmd(t.Context(), "incr", "x")}, redis.NewCmd(t.Context(), "get", "x")))
				assert.EqualValues(t, 1, ran.Load())
			})
		}
	}
}

// One server needs no mark.
func TestNoServerIsAskedTwice(t *testing.T) {
	for way, send := range ways {
		t.Run(way, func(t *testing.T) {
			endsClean(t)
			server := fakeRedis(t, func(string, []string) string { return hangUp })
			client := open(t, "{endpoints: ["+server.addr+"], timeout: 10s}")
			require.Error(t, send(t.Context(), client, redis.NewCmd(t.Context(), "incr", "x")))
			assert.EqualValues(t, 1, server.accepted.Load())
		})
	}
}

// A pool of its own for pipelines would try the same on a second connection.
func TestOneConnectionIsTried(t *testing.T) {
	for way, send := range ways {
		t.Run(way, func(t *testing.T) {
			endsClean(t)
			server := fakeRedis(t, func(string, []string) string { return "-NOPERM no\r\n" })
			client := open(t, "{endpoints: ["+server.addr+"], password: p, timeout: 10s}") // AUTH fails
			require.Error(t, send(t.Context(), client, redis.NewCmd(t.Context(), "incr", "x")))
			assert.EqualValues(t, 1, server.accepted.Load())
		})
	}
}

func TestRedirectsAreFollowed(t *testing.T) {
	for _, redirect := range []string{"MOVED", "ASK"} {
		for way, send := range ways {
			t.Run(redirect+" "+way, func(t *testing.T) {
				endsClean(t)
				var asked, ran atomic.Int64
				target := fakeRedis(t, func(_ string, command []string) string {
					if command[0] == "asking" {
						asked.Add(1)
						return "+OK\r\n"
					}
					ran.Add(1)
					return ":1\r\n"
				})
				seed := fakeRedis(t, func(addr string, command []string) string {
					if command[0] == "cluster" {
						return allSlotsAt(addr)
					}
					return "-" + redirect + " 16287 " + target.addr + "\r\n"
				})
				client := open(t, "{endpoints: ["+seed.addr+"], cluster: true, timeout: 10s}")
				command := once{redis.NewCmd(t.Context(), "incr", "x")}
				require.NoError(t, send(t.Context(), client, command))
				assert.EqualValues(t, 1, command.Val())
				assert.Equal(t, redirect == "ASK", asked.Load() == 1)
			})
		}
	}
}

// COMMAND would be sent before the first command to a cluster, and before each if the ACL user may not.
func TestOnlyWhatIsAskedIsSent(t *testing.T) {
	for kind, extra := range map[string]string{"server": "", "cluster": ", cluster: true"} {
		t.Run(kind, func(t *testing.T) {
			endsClean(t)
			sent := make(chan string, 100)
			server := fakeRedis(t, func(addr string, command []string) string {
				sent <- command[0]
				if command[0] == "cluster" {
					return allSlotsAt(addr)
				}
				return ":1\r\n"
			})
			client := open(t, "{endpoints: ["+server.addr+"], timeout: 10s"+extra+"}")
			require.NoError(t, client.Incr(t.Context(), "x").Err())
			close(sent)
			var got []string
			for name := range sent {
				got = append(got, name)
			}
			want := []string{"incr"}
			if extra != "" {
				want = []string{"cluster", "incr"}
			}
			assert.Equal(t, want, got)
		})
	}
}

// withTimeout is what a caller does for each call.
func withTimeout(t *testing.T, timeout time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	t.Cleanup(cancel)
	return ctx
}
