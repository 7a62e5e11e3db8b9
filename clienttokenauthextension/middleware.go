// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"context"
	"net/http"
	"strings"

	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
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

// refused is the answer in place of what a request asked for.
type refused interface {
	error
	writeTo(w http.ResponseWriter, r *http.Request)
}

// ServeHTTP passes a request on with an identity, or answers it, then without a look at the body; never on without one.
func (h *httpHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	identified, no := h.identify(r)
	if no != nil {
		h.drain.take(w, r)
		no.writeTo(w, r)
		return
	}
	h.next.ServeHTTP(w, identified)
}

// identify checks the request's token and returns the request with an identity, or as it is where auth: in front has
// given it one. Only an identity of this very instance counts: any other one, whoever issued it, doesn't say that the
// request may write here.
func (h *httpHandler) identify(r *http.Request) (*http.Request, refused) {
	to := target{h.paths, r.URL.Path}
	if id, ok := client.FromContext(r.Context()).Auth.(*identity.Identity); ok && id.IssuedBy(h.authenticator) {
		return r, h.recheck(id, to)
	}
	id, no := h.enter(h.checker.Check(r.Header, r.URL.RawQuery), to)
	if no != nil {
		return nil, no
	}
	return r.WithContext(h.withIdentity(r.Context(), r.Header, id)), nil
}

// writeTo answers in the encoding of the request: JSON unless it is protobuf (OTLP/HTTP, "Failures").
func (e *refusedError) writeTo(w http.ResponseWriter, r *http.Request) {
	if isProtobuf(r.Header.Get("Content-Type")) {
		respond(w, e.HTTP, contentTypeProtobuf, e.bodyProtobuf(e.origin))
		return
	}
	respond(w, e.HTTP, contentTypeJSON, e.bodyJSON(e.origin))
}

func respond(w http.ResponseWriter, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write(body) // whoever hung up misses only a refusal
}

// isProtobuf leaves the parameters alone: reading them would let a client choose what a refusal costs.
func isProtobuf(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(media), contentTypeProtobuf)
}
