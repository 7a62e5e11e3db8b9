// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"net/http"
	"strconv"

	"google.golang.org/grpc/status"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/refusal"
)

// shed refuses traces while span_rate_limit has told that not even one span of the token would fit: a flood costs neither
// the reading of bodies nor their decoding. Only spans are limited, so other signals go on, and the last rule it is,
// since nobody is told about a limit who may not write here at all. A limit of 0 is no matter of waiting: nothing is told
// about it, and the processor answers. It returns nil to let the request through.
func (a *authenticator) shed(h *identity.Holder, to target) refused {
	s := h.Standing()
	if to.listed[to.name] != admission.Traces || !s.Reported() {
		return nil
	}
	now := a.now()
	e, exhausted := s.Exhausted(now)
	if !exhausted {
		return nil
	}
	spans := s.UsualBatch()
	a.report.shed(spans)
	a.recording.shed(h, spans)
	wait := refusal.Jittered(e.Retry.Sub(now), a.jitter())
	return &shedError{a.limited.of(e.Scope, e.Limit), refusal.WholeSeconds(wait)}
}

// shedError is the answer to a request that is shed: what the processor would have answered to a batch of one span.
type shedError struct {
	*limitedAnswer
	seconds int64
}

func (e *shedError) Error() string {
	return e.text(e.seconds)
}

// GRPCStatus is what google.golang.org/grpc/status looks for in an error.
func (e *shedError) GRPCStatus() *status.Status {
	return e.status(e.seconds)
}

func (e *shedError) writeTo(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", strconv.FormatInt(e.seconds, 10))
	code := admission.Shed.Verdict().HTTP
	if isProtobuf(r.Header.Get("Content-Type")) {
		respond(w, code, contentTypeProtobuf, e.bodyProtobuf(e.seconds))
		return
	}
	respond(w, code, contentTypeJSON, e.bodyJSON(e.seconds))
}
