// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package advice

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

var now = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func daysAgo(n float64) time.Time {
	return now.Add(-time.Duration(n * float64(day)))
}

func in(days float64) time.Time {
	return daysAgo(-days)
}

// fresh is a token that nobody has to look at.
func fresh() token.Token {
	return token.Token{
		ID: "shop", Organization: "acme", Kind: token.KindWeb, AllowedOrigins: []string{"https://shop.example.com"},
		SpansPerMinute: new(int64(6000)), CreatedAt: daysAgo(1000),
		Secrets: []token.Secret{{SHA256: token.DigestOf("a"), Hint: "abcd", CreatedAt: daysAgo(1)}},
	}
}

func TestAdvice(t *testing.T) {
	secret := func(created, expires time.Time) token.Secret {
		return token.Secret{CreatedAt: created, ExpiresAt: expires}
	}
	never := time.Time{}
	const expired, rotate = "it expired on 24 November 2026 at 12:00 UTC", "clienttokens rotate shop --grace 24h"
	for name, tt := range map[string]struct {
		change func(*token.Token)
		want   []string // text and fix of each
	}{
		"fresh": {func(*token.Token) {}, nil},

		"secret of 90 days": {func(t *token.Token) { t.Secrets[0].CreatedAt = daysAgo(90) }, nil},
		"secret of 90½ days": {
			func(t *token.Token) { t.Secrets[0].CreatedAt = daysAgo(90.5) }, []string{"its secret …abcd is 90 days old", rotate},
		},
		"imported secret of a token that is old": {
			func(t *token.Token) { t.Secrets = []token.Secret{{}} }, []string{"its secret is 1000 days old", rotate},
		},
		"nobody knows when": {func(t *token.Token) { t.Secrets, t.CreatedAt = []token.Secret{{}}, never }, nil},
		"old one that is rotated away": {
			func(t *token.Token) {
				t.Secrets = []token.Secret{secret(daysAgo(100), in(1)), secret(daysAgo(0), never)}
			}, nil,
		},
		"old one that was rotated away": {
			func(t *token.Token) {
				t.Secrets = []token.Secret{secret(daysAgo(100), daysAgo(1)), secret(daysAgo(2), never)}
			}, nil,
		},
		"old one that expires, alone": {
			func(t *token.Token) { t.Secrets = []token.Secret{secret(daysAgo(100), in(30))} },
			[]string{"its secret is 100 days old", rotate},
		},
		"old one that expires, the other dead": {
			func(t *token.Token) {
				t.Secrets = []token.Secret{secret(daysAgo(100), in(30)), secret(daysAgo(9), daysAgo(1))}
			},
			[]string{"its secret is 100 days old", rotate},
		},
		"the oldest of two": {
			func(t *token.Token) {
				t.Secrets = []token.Secret{secret(daysAgo(100), never), secret(daysAgo(200), never)}
			},
			[]string{"its secret is 200 days old", rotate},
		},

		"expires in 15 days": {func(t *token.Token) { t.ExpiresAt = in(15) }, nil},
		"expires in 14 days": {
			func(t *token.Token) { t.ExpiresAt = in(14) },
			[]string{"it expires in 14 days, on 9 December 2026 at 12:00 UTC", "clienttokens update shop --expires-in 90d"},
		},
		"expires in 30 hours": {
			func(t *token.Token) { t.ExpiresAt = in(1.25) },
			[]string{"it expires in 30 hours, on 26 November 2026 at 18:00 UTC", "clienttokens update shop --expires-in 90d"},
		},
		"expires now": {
			func(t *token.Token) { t.ExpiresAt = now },
			[]string{"it expired on 25 November 2026 at 12:00 UTC", "clienttokens update shop --expires-in 90d"},
		},
		"its last secret expires first": {
			func(t *token.Token) { t.ExpiresAt, t.Secrets[0].ExpiresAt = in(10), in(3) },
			[]string{"its last secret expires in 3 days, on 28 November 2026 at 12:00 UTC", "clienttokens rotate shop"},
		},
		"it expires before its last secret": {
			func(t *token.Token) { t.ExpiresAt, t.Secrets[0].ExpiresAt = in(3), in(10) },
			[]string{"it expires in 3 days, on 28 November 2026 at 12:00 UTC", "clienttokens update shop --expires-in 90d"},
		},
		"of two secrets the last one counts": {
			func(t *token.Token) {
				t.Secrets = []token.Secret{secret(daysAgo(1), in(1)), secret(daysAgo(0), in(20))}
			}, nil,
		},
		"all secrets have ended": {
			func(t *token.Token) { t.Secrets[0].ExpiresAt = daysAgo(1) },
			[]string{"its last secret expired on 24 November 2026 at 12:00 UTC", "clienttokens rotate shop"},
		},
		"expired, and all else wrong": {
			func(t *token.Token) {
				t.ExpiresAt, t.Secrets[0].CreatedAt, t.SpansPerMinute = daysAgo(1), daysAgo(100), new(int64(5))
			},
			[]string{expired, "clienttokens update shop --expires-in 90d"},
		},
		"disabled, and all else wrong": {
			func(t *token.Token) { t.ExpiresAt, t.SpansPerMinute, t.Disabled = daysAgo(1), new(int64(5)), true }, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			shop := fresh()
			tt.change(&shop)
			assert.Equal(t, tt.want, flat(For(&shop, nil, now)))
		})
	}
}

func flat(warnings []Warning) []string {
	var texts []string
	for _, w := range warnings {
		texts = append(texts, w.Text(), w.Fix())
	}
	return texts
}

func TestLowLimit(t *testing.T) {
	const (
		batch = " spans a minute; a stock SDK sends up to 512 in a batch, which can never pass"
		raise = "clienttokens update shop --spans-per-minute N, or maxExportBatchSize: 511 in the SDK"
	)
	for name, tt := range map[string]struct {
		token, client, organization *int64
		signals                     []token.Signal
		want                        []string
		size                        int64
	}{
		"none":       {size: 512},
		"512":        {token: new(int64(512)), size: 512},
		"0 is meant": {token: new(int64(0)), size: 512},
		"511":        {token: new(int64(511)), want: []string{"its limit is 511" + batch, raise}, size: 511},
		"no traces":  {token: new(int64(511)), signals: []token.Signal{token.SignalLogs}, size: 512},
		"0 and 100": {token: new(int64(0)), organization: new(int64(100)), size: 100, want: []string{
			"the limit of its organization is 100" + batch,
			"clienttokens organization update acme --spans-per-minute N, or maxExportBatchSize: 100 in the SDK",
		}},
		"each client": {token: new(int64(511)), client: new(int64(17)), organization: new(int64(400)), size: 17, want: []string{
			"its limit for each client is 17" + batch,
			"clienttokens update shop --client-spans-per-minute N, or maxExportBatchSize: 17 in the SDK",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			shop := fresh()
			shop.SpansPerMinute, shop.ClientSpansPerMinute, shop.Signals = tt.token, tt.client, tt.signals
			acme := &token.Organization{ID: "acme", SpansPerMinute: tt.organization}
			assert.Equal(t, tt.want, flat(For(&shop, acme, now)))
			size, low := BatchSize(&shop, acme)
			assert.Equal(t, tt.size, size)
			assert.Equal(t, tt.want != nil, low)
		})
	}
}

func TestLint(t *testing.T) {
	limited := &token.Organization{ID: "acme", SpansPerMinute: new(int64(60_000))}
	for name, tt := range map[string]struct {
		change       func(*token.Token)
		organization *token.Organization
		want         []Kind
	}{
		"fresh": {func(*token.Token) {}, nil, nil},
		"not bound": {
			func(t *token.Token) { t.AllowedOrigins = nil }, nil, []Kind{Unbound},
		},
		"an app needs no origin": {
			func(t *token.Token) { t.AllowedOrigins, t.Kind = nil, token.KindMobile }, nil, nil,
		},
		"any origin": {
			func(t *token.Token) { t.AllowedOrigins = []string{"https://a.example", "*"} }, nil, []Kind{AnyOrigin},
		},
		"origins of a site": {
			func(t *token.Token) { t.AllowedOrigins = []string{"https://*.example.com"} }, nil, nil,
		},
		"null is the registry's to warn of": {
			func(t *token.Token) { t.AllowedOrigins = []string{"null"} }, nil, nil,
		},
		"report": {
			func(t *token.Token) { t.OriginMode = token.OriginReport }, nil, []Kind{OriginsReport},
		},
		"no limit": {
			func(t *token.Token) { t.SpansPerMinute = nil }, nil, []Kind{NoLimit},
		},
		"a limit for each client bounds no crowd": {
			func(t *token.Token) { t.SpansPerMinute, t.ClientSpansPerMinute = nil, new(int64(600)) }, nil, []Kind{NoLimit},
		},
		"limit of the organization": {
			func(t *token.Token) { t.SpansPerMinute = nil }, limited, nil,
		},
		"limits are of spans": {
			func(t *token.Token) { t.SpansPerMinute, t.Kind, t.AllowedOrigins = nil, token.KindRemoteWrite, nil }, nil, nil,
		},
		"what For says comes first": {
			func(t *token.Token) { t.SpansPerMinute, t.Secrets[0].CreatedAt = nil, daysAgo(100) }, nil,
			[]Kind{OldSecret, NoLimit},
		},
		"disabled ones are linted": {
			func(t *token.Token) { t.Disabled, t.AllowedOrigins = true, []string{"*"} }, nil, []Kind{AnyOrigin},
		},
	} {
		t.Run(name, func(t *testing.T) {
			shop := fresh()
			tt.change(&shop)
			var kinds []Kind
			for _, w := range Lint(&shop, tt.organization, now) {
				kinds = append(kinds, w.Kind)
				assert.NotEmpty(t, w.Text())
				assert.NotEmpty(t, w.Fix())
			}
			assert.Equal(t, tt.want, kinds)
		})
	}
}

func TestJSON(t *testing.T) {
	shop := fresh()
	shop.ExpiresAt = in(3)
	text, err := json.Marshal(For(&shop, nil, now))
	require.NoError(t, err)
	assert.JSONEq(t, `[{"kind": "expiring", "text": "it expires in 3 days, on 28 November 2026 at 12:00 UTC",
		"fix": "clienttokens update shop --expires-in 90d"}]`, string(text))
}

// A collector looks at all its tokens again and again: what is in order must not cost memory.
func TestCost(t *testing.T) {
	shop, acme := fresh(), &token.Organization{ID: "acme", SpansPerMinute: new(int64(60_000))}
	assert.Zero(t, testing.AllocsPerRun(100, func() { For(&shop, acme, now) }))
}

func BenchmarkAdvice(b *testing.B) {
	good, bad := fresh(), fresh()
	bad.Secrets[0].CreatedAt, bad.ExpiresAt, bad.SpansPerMinute = daysAgo(100), in(3), new(int64(17))
	for name, t := range map[string]*token.Token{"none": &good, "three": &bad} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				For(t, nil, now)
			}
		})
	}
}
