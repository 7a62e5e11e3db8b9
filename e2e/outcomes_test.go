// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc/codes"
)

// outcome is a request, and what its sender is told.
type outcome struct {
	name    string
	at      []string  // entrances; none: all by which client tokens come in
	before  []request // that use up a limit
	request request
	want    said

	auth said // by auth: alone, where the middleware, which isn't there, would have refused
	grpc said // over gRPC, where it is another
}

const (
	shopping  = "https://shop.example.com"
	local     = "http://localhost:3000"
	elsewhere = "https://elsewhere.example"
	anApp     = "android://com.example.app"

	pages      = "secret-of-the-page-token"
	app        = "secret-of-the-app-token"
	meter      = "secret-of-the-meter-token"
	appMeter   = "secret-of-the-app-meter-token"
	prometheus = "secret-of-the-prometheus-token"
	reported   = "secret-of-the-reported-token"
	basic      = "Basic dGVuYW50OnBhc3N3b3Jk" // tenant:password
	smallC     = "secret-of-the-small-c-token"
)

// outcomes are those of the tables in the README: first of client_token_auth, then of span_rate_limit.
var outcomes = []outcome{
	{name: "accepted", request: by(bare, shopping), want: ok},
	{name: "accepted", request: by(bare, ""), want: ok},
	{name: "accepted", request: by(bare, "null"), want: ok},
	{name: "accepted", request: by(app, ""), want: ok},
	{name: "accepted", request: by(app, anApp), want: ok},
	{name: "accepted", request: by(app, "").with("X-LAST9-ORIGIN", anApp), want: ok},
	{name: "accepted", request: by(meter, shopping).to("/v1/metrics"), want: ok, auth: notThere("metrics.v1.MetricsService")},
	{name: "origin_reported", request: by(reported, elsewhere), want: ok},
	{name: "origin_reported", request: by(reported, ""), want: ok},
	{
		name: "missing", request: by("", shopping),
		want: unauthenticated("no client token: send it in the header X-Client-Token", "TOKEN_MISSING"),
	},
	{
		name: "ambiguous", request: by(bare, shopping).with("Authorization", "Bearer "+meter),
		want: unauthenticated("several different client tokens: send one", "TOKEN_AMBIGUOUS"),
	},
	{name: "unknown", request: by("nobody-knows-this-secret", shopping), want: invalid},
	{ // nor is a stranger told what is received
		name: "unknown", request: by("nobody-knows-this-secret", shopping).to("/v1/spans"),
		want: invalid, grpc: notThere("logs.v1.LogsService"),
	},
	{name: "disabled", request: by("secret-of-the-shut-token", shopping), want: invalid},
	{name: "expired", request: by("secret-of-the-over-token", shopping), want: invalid},
	{
		name: "origin_missing", request: by(web, ""),
		want: originRefused("the request has no Origin, and this client token is bound to origins"),
	},
	{
		name: "origin_malformed", request: by(web, local+"/page"),
		want: originRefused("the Origin of the request is malformed"),
	},
	{name: "origin_denied", request: by(web, elsewhere), want: originDenied(elsewhere)},
	{name: "origin_denied", request: by(web, "null"), want: originDenied("null")},
	{name: "origin_denied", request: by(app, elsewhere), want: originDenied(elsewhere)},
	{name: "origin_denied", request: by(app, anApp+".evil"), want: originDenied(anApp + ".evil")},
	{
		name: "origin_denied", request: by(app, "").with("X-LAST9-ORIGIN", "ios://com.evil.app"),
		want: originDenied("ios://com.evil.app"),
	},
	{name: "origin_denied", request: by(prometheus, shopping), want: originDenied(shopping)},
	{name: "signal_denied", request: by(meter, shopping), want: signalDenied, auth: signalDenied},
	{name: "signal_denied", request: by(prometheus, ""), want: signalDenied, auth: signalDenied},
	{
		name: "signal_denied", request: by(bare, shopping).to("/v1/metrics"),
		want: signalDenied, auth: notThere("metrics.v1.MetricsService"),
	},
	{
		name: "signal_denied", request: by(prometheus, "").to("/v1/metrics"),
		want: signalDenied, auth: notThere("metrics.v1.MetricsService"),
	},
	{
		name: "path_unknown", request: by(bare, shopping).to("/v1/spans"),
		want: said{
			status: http.StatusNotFound, code: codes.Unimplemented, message: "nothing is received at this path",
			details: []string{because("PATH_UNKNOWN")},
		},
		auth: notThere("logs.v1.LogsService"),
		grpc: notThere("logs.v1.LogsService"), // a method without a service is answered ahead of all that looks at a call
	},
	{
		name: "shed", before: []request{by(pages, local).of(100), by(pages, local)},
		request: by(pages, local).of(101), want: limited("token"), auth: tooLarge("token"),
	},
	{
		name: "RATE_LIMITED", before: []request{by(hundred, "").of(95)},
		request: by(hundred, shopping).of(10), want: limited("token"),
	},
	{
		name: "RATE_LIMITED", before: []request{by(smallC, "").of(95)},
		request: by(smallB, shopping).of(10), want: limited("organization"),
	},
	{
		name: "RATE_LIMITED", before: []request{by(fair, "").of(95)},
		request: by(fair, shopping).of(100), want: limited("client"),
	},
	{name: "BATCH_EXCEEDS_LIMIT", request: by(hundred, shopping).of(101), want: tooLarge("token")},
	{name: "BATCH_EXCEEDS_LIMIT", request: by(smallC, shopping).of(101), want: tooLarge("organization")},
	{name: "BATCH_EXCEEDS_LIMIT", request: by(fair, shopping).of(101), want: tooLarge("client")},
	{name: "LIMIT_ZERO", request: by("secret-of-the-zero-token", shopping), want: stopped("token")},
	{name: "LIMIT_ZERO", request: by("secret-of-the-barred-token", shopping), want: stopped("client")},
	{name: "LIMIT_ZERO", request: by("secret-of-the-of-closed-token", shopping), want: stopped("organization")},
	{
		name: "IDENTITY_MISSING", at: []string{"OPEN"}, request: by(bare, shopping),
		want: unauthenticated("no authenticator told who sent these spans: "+
			"give the receiver one, and put this processor before any batching", "IDENTITY_MISSING"),
	},
	{
		name: "IDENTITY_MISSING", at: []string{"STRANGER"}, request: by("", shopping).with("Authorization", basic),
		want: unauthenticated("the sender belongs to no organization: the authenticator must publish one", "IDENTITY_MISSING"),
	},
	{ // three times: 90 spans
		name: "no token", at: []string{"TENANT"}, request: by("", shopping).with("Authorization", basic).of(30), want: ok,
	},
	{
		name: "no token", at: []string{"TENANT"}, request: by("", shopping).with("Authorization", basic).of(30),
		want: limited("organization"),
	},
}

// What every sender is told, whatever it speaks, by all ways of wiring.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	e := startEntrances(t, tokensFromFile)
	lines := e.log.count("\n")
	e.assert(t, outcomes)
	assert.Equal(t, lines+2, e.log.count("\n"), "one line per origin that is reported, not per request:\n%s", e.log.tail(3))
	assert.Equal(t, 547, e.sink.spans(), "something that was refused has arrived, or what was accepted has not")

	var labels []string
	for _, line := range e.metrics(t, "otelcol_extension_client_token_auth_requests{") {
		labels = append(labels, regexp.MustCompile(`outcome="(\w+)"`).FindStringSubmatch(line)[1])
	}
	slices.Sort(labels)
	assert.Equal(t, []string{
		"accepted", "ambiguous", "disabled", "expired", "missing", "origin_denied", "origin_malformed", "origin_missing",
		"origin_reported", "path_unknown", "shed", "signal_denied", "unknown",
	}, labels)
}

// Nothing has ever been heard of the Redis where the tokens are, or of that where the windows are.
func TestOutcomesWithoutRedis(t *testing.T) {
	t.Parallel()
	redis := "redis: {endpoints: [" + freeAddresses(t, 1)[0] + "]}"
	e := startEntrances(t, "extensions: {client_token_auth: {registry: {"+redis+"}}}\n"+
		"processors: {span_rate_limit/tenant: {"+redis+", on_redis_error: reject}}\n")
	e.assert(t, []outcome{
		{name: "stale", request: by(bare, shopping), want: said{
			status: http.StatusServiceUnavailable, code: codes.Unavailable, early: true,
			message: "the registry of client tokens is away: try again later", details: []string{because("REGISTRY_UNAVAILABLE")},
		}},
		{
			name: "LIMITER_UNAVAILABLE", at: []string{"TENANT"}, request: by("", shopping).with("Authorization", basic),
			want: said{
				status: http.StatusServiceUnavailable, code: codes.Unavailable,
				message: "the limits can't be looked up at the moment: retry after " + seconds + " s",
				details: []string{because("LIMITER_UNAVAILABLE"), retry},
			},
		},
	})
}

func (e *entrances) assert(t *testing.T, all []outcome) {
	t.Helper()
	for _, o := range all {
		for _, r := range o.before {
			e.post(t, "MIDDLEWARE_HTTP", contentJSON, r)
		}
		entrances := o.at
		if entrances == nil {
			entrances = byToken
		}
		for _, entrance := range entrances {
			for _, contentType := range []string{contentJSON, contentProtobuf} {
				t.Run(o.name+" "+entrance+" "+contentType, func(t *testing.T) {
					got := e.post(t, entrance+"_HTTP", contentType, o.request)
					o.overHTTP(entrance).assertHTTP(t, o.request, contentType, got)
				})
			}
			t.Run(o.name+" "+entrance+" gRPC", func(t *testing.T) {
				o.overGRPC(entrance).assertGRPC(t, e.call(t, entrance+"_GRPC", o.request))
			})
		}
	}
}

// said returns the answer of an entrance.
func (o outcome) said(entrance string) said {
	if entrance == "AUTH" && o.auth.status != 0 {
		return o.auth
	}
	return o.want
}

// overHTTP is the same, but where auth: refuses, the Collector always says 401, and only the message.
func (o outcome) overHTTP(entrance string) said {
	s := o.said(entrance)
	if s.early && (entrance == "AUTH" || entrance == "BOTH") {
		return said{status: http.StatusUnauthorized, code: codes.Unauthenticated, message: s.message}
	}
	return s
}

func (o outcome) overGRPC(entrance string) said {
	if o.grpc.status != 0 {
		return o.grpc
	}
	return o.said(entrance)
}
