// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails" // in a Status they are read by name
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// said is what a sender is told: over HTTP a status and a google.rpc.Status in the request's encoding, or a text where
// the Collector says it so; over gRPC the same Status.
type said struct {
	status  int
	code    codes.Code
	message string
	details []string // in JSON
	text    string
	early   bool // by what auth: checks, too
}

// seconds stand in a message and in a detail where a sender is told to wait.
const seconds = "SECONDS"

func (s said) waits() bool {
	return strings.Contains(s.message, seconds)
}

// json is the Status, with the seconds that are told.
func (s said) json(wait string) string {
	text := fmt.Sprintf(`{"code":%d,"message":%q`, s.code, s.message)
	if len(s.details) > 0 {
		text += `,"details":[` + strings.Join(s.details, ",") + "]"
	}
	return strings.ReplaceAll(text+"}", seconds, wait)
}

// assertHTTP wants exactly these headers, beside Date, and this body.
func (s said) assertHTTP(t *testing.T, r request, contentType string, got response) {
	t.Helper()
	assert.Equal(t, s.status, got.status, "%s", got.body)
	wait := got.header.Get("Retry-After")
	assert.Equal(t, s.header(r, contentType, wait, got), got.header)
	switch {
	case s.text != "":
		assert.Equal(t, s.text, string(got.body))
	case s.code == codes.OK:
		assert.Equal(t, map[string]string{contentJSON: `{"partialSuccess":{}}`, contentProtobuf: "\n\x00"}[contentType],
			string(got.body))
	default:
		unmarshal := proto.Unmarshal
		if contentType == contentJSON {
			unmarshal = protojson.Unmarshal
		}
		var st spb.Status
		require.NoError(t, unmarshal(got.body, &st), "%s", got.body)
		s.assertStatus(t, &st, wait)
	}
}

// header is what the Collector adds for pages that may read the answer, and what goes with the body.
func (s said) header(r request, contentType, wait string, got response) http.Header {
	h := http.Header{"Content-Type": {contentType}, "Content-Length": {strconv.Itoa(len(got.body))}, "Vary": {"Origin"}}
	if s.text != "" {
		h.Set("Content-Type", "text/plain; charset=utf-8")
		h.Set("X-Content-Type-Options", "nosniff")
	}
	if s.waits() {
		h.Set("Retry-After", wait)
	}
	if origin := r.header.Get("Origin"); strings.HasPrefix(origin, "http") || origin == "null" {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Credentials", "true")
		h.Set("Access-Control-Expose-Headers", "Retry-After")
	}
	return h
}

func (s said) assertGRPC(t *testing.T, err error) {
	t.Helper()
	if s.code == codes.OK {
		require.NoError(t, err)
		return
	}
	st := status.Convert(err).Proto()
	_, after, _ := strings.Cut(st.GetMessage(), "retry after ")
	wait, _, _ := strings.Cut(after, " ")
	s.assertStatus(t, st, wait)
}

func (s said) assertStatus(t *testing.T, got *spb.Status, wait string) {
	t.Helper()
	text, err := protojson.Marshal(got)
	require.NoError(t, err)
	assert.JSONEq(t, s.json(wait), string(text))
	if s.waits() {
		n, err := strconv.Atoi(wait)
		require.NoError(t, err)
		assert.True(t, 1 <= n && n <= 66, "%d is not within a minute, and a tenth of it at random", n)
	}
}

var (
	ok           = said{status: http.StatusOK}
	invalid      = unauthenticated("the client token is not valid", "TOKEN_INVALID")
	signalDenied = said{
		status: http.StatusForbidden, code: codes.PermissionDenied,
		message: "this client token may not write this signal here", details: []string{because("SIGNAL_NOT_ALLOWED")},
	}
	retry = detail("RetryInfo", `"retryDelay":"`+seconds+`s"`)
)

func unauthenticated(message, reason string) said {
	return said{
		status: http.StatusUnauthorized, code: codes.Unauthenticated, message: message,
		details: []string{because(reason)}, early: true,
	}
}

func originRefused(message string) said {
	return said{
		status: http.StatusForbidden, code: codes.PermissionDenied, message: message,
		details: []string{because("ORIGIN_NOT_ALLOWED")}, early: true,
	}
}

func originDenied(origin string) said {
	return originRefused("the origin is not allowed for this client token: " + origin)
}

// limited is what is said to whoever has used up the limit of 100 that a scope has.
func limited(scope string) said {
	return said{
		status: http.StatusTooManyRequests, code: codes.ResourceExhausted,
		message: "the " + scope + " limit of 100 spans per minute is used up: retry after " + seconds + " s",
		details: []string{becauseOf("RATE_LIMITED", scope, 100), retry, quota(scope, 100)},
	}
}

func tooLarge(scope string) said {
	return said{
		status: http.StatusBadRequest, code: codes.InvalidArgument,
		message: "a batch of 101 spans can never pass the " + scope +
			" limit of 100 spans per minute: set maxExportBatchSize to at most 100",
		details: []string{becauseOf("BATCH_EXCEEDS_LIMIT", scope, 100), quota(scope, 100)},
	}
}

func stopped(scope string) said {
	return said{
		status: http.StatusForbidden, code: codes.PermissionDenied,
		message: "the " + scope + " limit is 0 spans per minute: nothing is admitted until it is raised",
		details: []string{becauseOf("LIMIT_ZERO", scope, 0), quota(scope, 0)},
	}
}

// notThere is what the Collector itself says where nothing is received.
func notThere(service string) said {
	return said{
		status: http.StatusNotFound, code: codes.Unimplemented, text: "404 page not found\n",
		message: "unknown service opentelemetry.proto.collector." + service,
	}
}

func because(reason string) string {
	return detail("ErrorInfo", fmt.Sprintf(`"reason":%q,"domain":"clienttokens"`, reason))
}

func becauseOf(reason, scope string, limit int) string {
	return detail("ErrorInfo",
		fmt.Sprintf(`"reason":%q,"domain":"clienttokens","metadata":{"scope":%q,"limit":"%d"}`, reason, scope, limit))
}

func quota(scope string, limit int) string {
	return detail("QuotaFailure",
		fmt.Sprintf(`"violations":[{"subject":%q,"description":"%d spans per minute"}]`, scope, limit))
}

func detail(kind, fields string) string {
	return `{"@type":"type.googleapis.com/google.rpc.` + kind + `",` + fields + `}`
}
