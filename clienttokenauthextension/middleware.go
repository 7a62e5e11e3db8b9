// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"context"
	"net/http"
	"strings"

	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const (
	contentTypeJSON     = "application/json"
	contentTypeProtobuf = "application/x-protobuf"
)

// GetHTTPHandler puts the check in front of a receiver, with exact statuses. See extensionmiddleware.HTTPServer.
func (a *authenticator) GetHTTPHandler(context.Context) (extensionmiddleware.WrapHTTPHandlerFunc, error) {
	return func(_ context.Context, next http.Handler) (http.Handler, error) {
		return &httpHandler{a, next}, nil
	}, nil
}

type httpHandler struct {
	*authenticator
	next http.Handler
}

// ServeHTTP passes a request on with an identity, or answers it; never on without one.
func (h *httpHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	identified, refused := h.identify(r)
	if refused != nil {
		refused.writeTo(w, r)
		return
	}
	h.next.ServeHTTP(w, identified)
}

// identify checks the request's token and returns the request with an identity, or as it is where auth: in front has
// given it one. Only an identity of this very instance counts: any other one, whoever issued it, doesn't say that the
// request may write here.
func (h *httpHandler) identify(r *http.Request) (*http.Request, *refusedError) {
	take := func(t *token.Token) admission.Outcome { return h.checker.CheckPath(r.URL.Path, t) }
	if id, ok := client.FromContext(r.Context()).Auth.(*identity.Identity); ok && id.IssuedBy(h.authenticator) {
		return r, h.recheck(take(id.Token()))
	}
	id, refused := h.settle(h.checker.Check(r.Header, r.URL.RawQuery).Then(take))
	if refused != nil {
		return nil, refused
	}
	return r.WithContext(withIdentity(r.Context(), id)), nil
}

// recheck is for what auth: can't see. That has counted the request already, so only a refusal is counted here.
func (a *authenticator) recheck(o admission.Outcome) *refusedError {
	if o.Admits() {
		return nil
	}
	_, refused := a.settle(admission.Result{Outcome: o})
	return refused
}

// writeTo answers in the encoding of the request: JSON unless it is protobuf (OTLP/HTTP, "Failures").
func (e *refusedError) writeTo(w http.ResponseWriter, r *http.Request) {
	contentType, body := contentTypeJSON, e.bodyJSON
	if isProtobuf(r.Header.Get("Content-Type")) {
		contentType, body = contentTypeProtobuf, e.bodyProtobuf
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(e.HTTP)
	_, _ = w.Write(body(e.origin)) // whoever hung up misses only a refusal
}

// isProtobuf leaves the parameters alone: reading them would let a client choose what a refusal costs.
func isProtobuf(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(media), contentTypeProtobuf)
}
