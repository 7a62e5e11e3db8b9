// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/client"
	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// limits are those of a request by client_token_auth; nil is none.
type limits struct{ client, token, organization *int64 }

func limitsOf(client, token, organization int64) limits {
	limit := func(n int64) *int64 {
		if n < 0 {
			return nil
		}
		return &n
	}
	return limits{limit(client), limit(token), limit(organization)}
}

// none is no limit.
const none = -1

func (l limits) holding() holding {
	owner := identity.NewOwner(&token.Organization{ID: "shop", SpansPerMinute: l.organization})
	record := &token.Token{ID: "t-web", Organization: "shop", SpansPerMinute: l.token, ClientSpansPerMinute: l.client}
	return holding{owner, identity.NewHolder(record, owner)}
}

// from returns what is published of a client; the number 0 is one whose address isn't known.
func (h holding) from(client byte) client.AuthData {
	id := identity.New(nil, h.Holder, "")
	if client > 0 {
		id.From(netip.AddrFrom4([4]byte{192, 0, 2, client}))
	}
	return id
}

func TestClientFirst(t *testing.T) {
	for where, open := range everywhere(t) {
		t.Run(where, func(t *testing.T) {
			d := open(t, same)
			h := limitsOf(5, 10, 20).holding()
			d.check(h.from(1), 5, codes.OK, "")
			d.check(h.from(1), 5, codes.ResourceExhausted, "client")
			d.check(h.from(2), 5, codes.OK, "") // would not fit, had the token been charged with what the client was refused
			d.check(h.from(2), 1, codes.ResourceExhausted, "client")
			d.check(h.from(3), 5, codes.ResourceExhausted, "token")
			d.check(h.from(0), 1, codes.ResourceExhausted, "token")
		})
	}
}

func TestClientIsGivenBack(t *testing.T) {
	for where, open := range everywhere(t) {
		for scope, h := range map[string]holding{
			"token": limitsOf(5, 9, none).holding(), "organization": limitsOf(5, none, 9).holding(),
		} {
			t.Run(where+" "+scope, func(t *testing.T) {
				d := open(t, same)
				d.check(h.from(1), 5, codes.OK, "")
				for range 20 {
					d.check(h.from(2), 5, codes.ResourceExhausted, scope)
				}
				d.check(limitsOf(5, 10, 10).holding().from(2), 5, codes.OK, "")
				d.check(limitsOf(5, 20, 20).holding().from(2), 1, codes.ResourceExhausted, "client")
			})
		}
	}
}

func TestClientIsGivenBackWhatIsNotKnown(t *testing.T) {
	d := newDesk(t, same)
	known := d.windows
	h := limitsOf(5, none, none).holding()
	d.windows = unreachable{}
	d.check(h.from(1), 5, codes.Unavailable, "")
	d.windows = known
	d.check(h.from(1), 5, codes.OK, "")
	d.check(h.from(1), 1, codes.ResourceExhausted, "client")
}

func TestClientHopeless(t *testing.T) {
	for name, tt := range map[string]struct {
		limits
		code  codes.Code
		scope string
	}{
		"above the client's":     {limitsOf(9, 20, 20), codes.InvalidArgument, "client"},
		"above all":              {limitsOf(9, 9, 9), codes.InvalidArgument, "client"},
		"above the token's":      {limitsOf(10, 9, 9), codes.InvalidArgument, "token"},
		"client zero":            {limitsOf(0, 0, 0), codes.PermissionDenied, "client"},
		"zero before above":      {limitsOf(9, 0, 20), codes.PermissionDenied, "token"},
		"at all":                 {limitsOf(10, 10, 10), codes.ResourceExhausted, "client"},
		"above, no other limit":  {limitsOf(9, none, none), codes.InvalidArgument, "client"},
		"zero, no other limit":   {limitsOf(0, none, none), codes.PermissionDenied, "client"},
		"at it, no other limit":  {limitsOf(10, none, none), codes.ResourceExhausted, "client"},
		"without a limit for it": {limitsOf(none, 20, 20), codes.OK, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, same)
			d.check(limitsOf(10, 10, 10).holding().from(1), 10, codes.OK, "") // so that all would have to wait
			d.check(tt.holding().from(1), 10, tt.code, tt.scope)
			d.check(tt.holding().from(1), 0, codes.OK, "")
		})
	}
}

func TestClientsApart(t *testing.T) {
	d := newDesk(t, same)
	h := limitsOf(5, none, none).holding()
	for _, client := range []byte{1, 2, 0} {
		d.check(h.from(client), 5, codes.OK, "")
		d.check(h.from(client), 1, codes.ResourceExhausted, "client")
	}
	other := &token.Token{ID: "t-app", ClientSpansPerMinute: new(int64(5))}
	d.check(holding{h.owner, identity.NewHolder(other, h.owner)}.from(1), 5, codes.OK, "")
}

func TestClientRetryMoment(t *testing.T) {
	d := newDesk(t, same)
	h := limitsOf(60, none, none).holding()
	d.check(h.from(1), 60, codes.OK, "")
	got := d.send(h.from(1), 20)
	assert.Equal(t, answerOf{
		code: codes.ResourceExhausted, reason: "RATE_LIMITED", retry: 20,
		message:  "the client limit of 60 spans per minute is used up: retry after 20 s",
		metadata: map[string]string{"scope": "client", "limit": "60"},
		quota:    []string{"client: 60 spans per minute"},
	}, got)
	d.now += 20*time.Second - 1
	d.check(h.from(1), 20, codes.ResourceExhausted, "client")
	d.now++
	d.check(h.from(1), 20, codes.OK, "")
}

// A client that is refused says nothing about its token, neither that it is exhausted nor that it is not.
func TestClientSaysNothingOfTheToken(t *testing.T) {
	d := newDesk(t, same)
	h := limitsOf(6, 10, none).holding()
	d.check(h.from(1), 6, codes.OK, "")
	d.check(h.from(1), 1, codes.ResourceExhausted, "client")
	d.checkExhausted(h, window.None, 0, 0)
	d.check(h.from(2), 4, codes.OK, "")
	d.check(h.from(1), 1, codes.ResourceExhausted, "client")
	d.checkExhausted(h, window.None, 0, 0)
	d.check(h.from(2), 1, codes.ResourceExhausted, "token")
	d.checkExhausted(h, window.Token, 10, window.Hold)
	d.check(h.from(1), 1, codes.ResourceExhausted, "client")
	d.checkExhausted(h, window.Token, 10, window.Hold)
}

func TestReportClient(t *testing.T) {
	l, telemetry := newMeteredLimiter(t, MissingIdentityReject)
	h := limitsOf(4, none, none).holding()
	for range 2 {
		_, _ = l.processTraces(from(t, h.from(1)), traces(4))
	}
	_, _ = l.processTraces(from(t, h.from(1)), traces(5))
	assertSums(t, telemetry, []sum{{"admitted", "none", 1, 4}, {"refused", "client", 1, 4}, {"refused", "batch", 1, 5}})
}

// The limits of clients are client_token_auth's: with another authenticator there are none, whatever it publishes.
func TestNoClientsOfOthers(t *testing.T) {
	d := newDesk(t, same)
	d.check(shop(100, 100).with("client_spans_per_minute", 1), 50, codes.OK, "")
	assert.Nil(t, shareOf(nil))
}

// One who sends a hundred times its share leaves a hundred others theirs.
func TestFairness(t *testing.T) {
	const clients, abuser, share, batch = 100, 200, 60, 5
	d := newDesk(t, same)
	h := limitsOf(share, 2*share+clients*share/2, none).holding()
	admitted := map[byte]int{}
	send := func(client byte) {
		if d.send(h.from(client), batch).code == codes.OK {
			admitted[client] += batch
		}
	}
	const rounds = share / 2 / batch
	for range rounds {
		for client := range byte(clients) {
			for range 100 * share / batch / rounds / clients {
				send(abuser)
			}
			send(1 + client)
		}
		d.now += time.Minute / rounds
	}
	for client := range byte(clients) {
		assert.Equal(t, share/2, admitted[1+client])
	}
	assert.LessOrEqual(t, admitted[abuser], 2*share)
	assert.Greater(t, admitted[abuser], share)
}
