// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/processor/processortest"
	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadata"
)

// desk is a limiter whose time stands still until it is moved, and whose answers have no jitter.
type desk struct {
	*limiter
	t   *testing.T
	now time.Duration
}

func newDesk(t *testing.T, edit func(*Config)) *desk {
	t.Helper()
	l, err := newLimiter(processortest.NewNopSettings(metadata.Type), defaults(edit))
	require.NoError(t, err)
	d := &desk{limiter: l, t: t, now: time.Hour}
	l.clock = func() time.Duration { return d.now }
	l.jitter = func() float64 { return 0 }
	return d
}

// newSharedDesk returns a desk whose windows are in Redis, and whose time goes on, as Redis's does.
func newSharedDesk(t *testing.T, s *redistest.Server, edit func(*Config)) *desk {
	t.Helper()
	l, err := newLimiter(processortest.NewNopSettings(metadata.Type), defaults(in(s, edit)))
	require.NoError(t, err)
	l.jitter = func() float64 { return 0 }
	require.NoError(t, l.start(t.Context()))
	t.Cleanup(func() { require.NoError(t, l.stop()) })
	return &desk{limiter: l, t: t}
}

// desks opens desks that have no windows yet.
type desks func(t *testing.T, edit func(*Config)) *desk

// everywhere is where windows can be: in this process, and in Redis.
func everywhere(t *testing.T) map[string]desks {
	t.Helper()
	server, opened := redistest.Start(t), 0
	return map[string]desks{
		"memory": newDesk,
		"redis": func(t *testing.T, edit func(*Config)) *desk {
			t.Helper()
			opened++
			return newSharedDesk(t, server, func(c *Config) {
				edit(c)
				c.Redis.Get().Prefix = fmt.Sprintf("desk-%d", opened)
			})
		},
	}
}

// held returns the number of windows held here.
func (d *desk) held() int {
	return d.windows.(interface{ Len() int }).Len()
}

// send returns the answer to a batch: code OK if it was admitted.
func (d *desk) send(auth client.AuthData, spans int) answerOf {
	d.t.Helper()
	td := traces(spans)
	got, err := d.processTraces(from(d.t, auth), td)
	require.Equal(d.t, td, got)
	return parse(d.t, err)
}

// check sends a batch and wants a code, and the scope that refused.
func (d *desk) check(auth client.AuthData, spans int, code codes.Code, scope string) {
	d.t.Helper()
	got := d.send(auth, spans)
	assert.Equal(d.t, code.String(), got.code.String(), got.message)
	assert.Equal(d.t, scope, got.metadata["scope"])
}

func same(*Config) {}

// in has windows kept in Redis.
func in(s *redistest.Server, edit func(*Config)) func(*Config) {
	return func(c *Config) {
		redis := c.Redis.GetOrInsertDefault()
		redis.Endpoints = []string{s.Addr()}
		redis.Timeout = 5 * time.Second // the machine may be busy
		edit(c)
	}
}

func TestLimiterTokenBeforeOrganization(t *testing.T) {
	for where, open := range everywhere(t) {
		t.Run(where, func(t *testing.T) {
			d := open(t, same)
			d.check(shop(10, 10), 10, codes.OK, "")
			d.check(shop(10, 10), 1, codes.ResourceExhausted, "token")
			d.check(shop(11, 10), 1, codes.ResourceExhausted, "organization")
			d.check(shop(nil, 10), 1, codes.ResourceExhausted, "organization")
			d.check(shop(10, nil), 1, codes.ResourceExhausted, "token")
		})
	}
}

func TestLimiterRefusalChargesNeither(t *testing.T) {
	for where, open := range everywhere(t) {
		t.Run(where, func(t *testing.T) {
			t.Run("by the token", func(t *testing.T) {
				d := open(t, same)
				d.check(shop(5, 10), 5, codes.OK, "")
				d.check(shop(5, 10), 5, codes.ResourceExhausted, "token")
				d.check(shop(5, 10).with("token_id", "t-app"), 5, codes.OK, "") // would not fit, had the refusal been charged
				d.check(shop(5, 10).with("token_id", "t-app2"), 1, codes.ResourceExhausted, "organization")
			})
			t.Run("by the organization", func(t *testing.T) {
				d := open(t, same)
				d.check(shop(5, 6).with("token_id", "t-app"), 5, codes.OK, "")
				d.check(shop(5, 6), 5, codes.ResourceExhausted, "organization")
				d.check(shop(5, 10), 5, codes.OK, "") // would not fit, had the refusal been charged
				d.check(shop(5, 11), 1, codes.ResourceExhausted, "token")
			})
		})
	}
}

func TestLimiterWhole(t *testing.T) {
	for where, open := range everywhere(t) {
		t.Run(where, func(t *testing.T) {
			d := open(t, same)
			d.check(shop(10, nil), 8, codes.OK, "")
			d.check(shop(10, nil), 3, codes.ResourceExhausted, "token")
			d.check(shop(10, nil), 2, codes.OK, "")
			d.check(shop(10, nil), 1, codes.ResourceExhausted, "token")
		})
	}
}

func TestLimiterHopeless(t *testing.T) {
	for where, open := range everywhere(t) {
		t.Run(where, func(t *testing.T) {
			for name, tt := range map[string]struct {
				tokenLimit, organizationLimit any
				code                          codes.Code
				scope                         string
			}{
				"above the token's":           {9, 20, codes.InvalidArgument, "token"},
				"above the organization's":    {20, 9, codes.InvalidArgument, "organization"},
				"above both":                  {9, 9, codes.InvalidArgument, "token"},
				"at both":                     {10, 10, codes.ResourceExhausted, "token"},
				"token zero":                  {0, 20, codes.PermissionDenied, "token"},
				"organization zero":           {20, 0, codes.PermissionDenied, "organization"},
				"zero before above":           {9, 0, codes.PermissionDenied, "organization"},
				"above, though not used up":   {nil, 9, codes.InvalidArgument, "organization"},
				"zero, though no other limit": {0, nil, codes.PermissionDenied, "token"},
			} {
				t.Run(name, func(t *testing.T) {
					d := open(t, same)
					d.check(shop(10, 10), 10, codes.OK, "") // so that all would have to wait
					d.check(shop(tt.tokenLimit, tt.organizationLimit), 10, tt.code, tt.scope)
				})
			}
		})
	}
}

// The refusal names whole seconds, so the moment itself is taken from the windows: window.Hold after the last charge.
func TestLimiterRetryMoment(t *testing.T) {
	d := newDesk(t, same)
	d.check(shop(10, 10), 4, codes.OK, "")
	d.now += 20 * time.Second
	d.check(shop(10, 10), 6, codes.OK, "")
	d.now += 800 * time.Millisecond
	assert.EqualValues(t, 40, d.send(shop(10, 10), 4).retry, "39.2 s, rounded up")
	assert.EqualValues(t, 60, d.send(shop(10, 10), 5).retry, "59.2 s, rounded up")

	d.now += 39200 * time.Millisecond
	assert.EqualValues(t, 1, d.send(shop(10, 10), 4).retry)
	d.now += window.Hold - window.Length
	d.check(shop(10, 10), 4, codes.OK, "")

	d.now += 20*time.Second - time.Microsecond
	d.check(shop(10, 10), 6, codes.ResourceExhausted, "token")
	d.now += time.Microsecond
	d.check(shop(10, 10), 6, codes.OK, "")
}

func TestLimiterEditedLimit(t *testing.T) {
	for where, open := range everywhere(t) {
		t.Run(where, func(t *testing.T) {
			d := open(t, same)
			d.check(shop(10, nil), 10, codes.OK, "")
			d.check(shop(11, nil), 1, codes.OK, "")
			d.check(shop(11, nil), 1, codes.ResourceExhausted, "token")
			d.check(shop(5, nil), 1, codes.ResourceExhausted, "token")
			d.check(shop(0, nil), 1, codes.PermissionDenied, "token")
			d.check(shop(nil, nil), 1000, codes.OK, "")
			d.check(shop(12, nil), 1, codes.OK, "") // the window is the same, and without limit nothing was counted
			d.check(shop(12, nil), 1, codes.ResourceExhausted, "token")
		})
	}
}

func TestLimiterWindowsApart(t *testing.T) {
	for where, open := range everywhere(t) {
		t.Run(where, func(t *testing.T) {
			d := open(t, same)
			full := shop(10, nil)
			d.check(full, 10, codes.OK, "")
			d.check(full.with("token_name", "renamed"), 1, codes.ResourceExhausted, "token")
			d.check(full.with("token_id", "t-app"), 10, codes.OK, "")
			d.check(full.with("token_id", "T-WEB"), 10, codes.OK, "")
			d.check(full.with("token_id", "T-WEB"), 1, codes.ResourceExhausted, "token")
			d.check(full.with("organization_id", "cafe"), 10, codes.OK, "")
		})
	}
}

func TestLimiterWithoutToken(t *testing.T) {
	for where, open := range everywhere(t) {
		t.Run(where, func(t *testing.T) {
			d := open(t, same)
			anonymous := shop(1, 10).with("token_id", nil)
			d.check(anonymous, 10, codes.OK, "")
			d.check(anonymous, 1, codes.ResourceExhausted, "organization")
		})
	}
}

func TestLimiterDefaultLimit(t *testing.T) {
	for where, open := range everywhere(t) {
		t.Run(where, func(t *testing.T) {
			d := open(t, func(c *Config) { c.DefaultOrganizationSpansPerMinute = new(int64(10)) })
			d.check(shop(nil, nil), 11, codes.InvalidArgument, "organization")
			d.check(shop(nil, 20), 11, codes.OK, "")
			d.check(shop(nil, nil), 1, codes.ResourceExhausted, "organization")

			d = open(t, func(c *Config) { c.DefaultOrganizationSpansPerMinute = new(int64(0)) })
			d.check(shop(nil, nil), 1, codes.PermissionDenied, "organization")
			d.check(shop(nil, 1), 1, codes.OK, "")
		})
	}
}

func TestLimiterMissingIdentity(t *testing.T) {
	for where, open := range everywhere(t) {
		t.Run(where, func(t *testing.T) {
			nobody := shop(1, 1).with("organization_id", nil)
			for name, auth := range map[string]client.AuthData{errNoAuth.Error(): nil, errNoOrganization.Error(): nobody} {
				t.Run("reject: "+name, func(t *testing.T) {
					want := answerOf{code: codes.Unauthenticated, message: name, reason: "IDENTITY_MISSING"}
					assert.Equal(t, want, open(t, same).send(auth, 3))
				})
				t.Run("allow: "+name, func(t *testing.T) {
					d := open(t, func(c *Config) { c.MissingIdentity = MissingIdentityAllow })
					d.check(auth, 3, codes.OK, "")
					assert.Zero(t, d.held())
				})
			}
		})
	}
}

// A typing error in an authenticator's limits must not lift them, however missing_identity is set.
func TestLimiterUnreadable(t *testing.T) {
	for where, open := range everywhere(t) {
		t.Run(where, func(t *testing.T) {
			for _, mode := range []MissingIdentity{MissingIdentityReject, MissingIdentityAllow} {
				t.Run(string(mode), func(t *testing.T) {
					d := open(t, func(c *Config) { c.MissingIdentity = mode })
					for message, auth := range map[string]client.AuthData{
						tokenLimitUnreadable:        shop("6OO", 5),
						organizationLimitUnreadable: shop(5, -1),
						tokenUnreadable:             shop(5, 5).with("token_id", []string{"t-web"}),
						organizationUnreadable:      shop(5, 5).with("organization_id", true),
					} {
						want := answerOf{code: codes.Unauthenticated, message: message, reason: "IDENTITY_MISSING"}
						assert.Equal(t, want, d.send(auth, 1))
					}
					assert.Zero(t, d.held())
				})
			}
		})
	}
}

func TestLimiterJitter(t *testing.T) {
	l, err := newLimiter(processortest.NewNopSettings(metadata.Type), defaults(same))
	require.NoError(t, err)
	l.clock = func() time.Duration { return 0 }
	seen := map[int64]bool{}
	_, err = l.processTraces(from(t, shop(1, nil)), traces(1))
	require.NoError(t, err)
	for range 200 {
		_, err = l.processTraces(from(t, shop(1, nil)), traces(1))
		seen[parse(t, err).retry] = true
	}
	for retry := range seen {
		assert.GreaterOrEqual(t, retry, int64(60))
		assert.LessOrEqual(t, retry, int64(66))
	}
	assert.Greater(t, len(seen), 2, "clients would return together")
}

// unreachable are windows that can't be reached.
type unreachable struct{}

func (unreachable) Decide(time.Duration, window.Batch) window.Decision {
	return window.Decision{Outcome: window.Unknown}
}

func (unreachable) Full(time.Duration, window.Batch) window.Full { return window.Full{} }

func (unreachable) Sweep(time.Duration) {}

func TestLimiterUnknown(t *testing.T) {
	d := newDesk(t, same)
	d.windows = unreachable{}
	assert.Equal(t, answerOf{
		code: codes.Unavailable, message: "the limits can't be looked up at the moment: retry after 1 s",
		reason: "LIMITER_UNAVAILABLE", retry: 1,
	}, d.send(shop(10, 10), 3))
	d.check(nil, 3, codes.Unauthenticated, "")
}
