// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension // import "github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension"

import (
	"context"
	"mime"
	"net/http"
	"slices"

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

// ServeHTTP passes a request on with an identity, or answers it; never on without one.
func (h *httpHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, refused := h.identify(r)
	if refused == nil {
		refused = h.checkPath(r.Context(), id, r.URL.Path)
	}
	if refused != nil {
		refused.writeTo(w, r)
		return
	}
	h.next.ServeHTTP(w, r.WithContext(withIdentity(r.Context(), id)))
}

// identify checks the request's token, unless auth: in front has done so. Only an identity of this very instance
// counts: any other one, whoever issued it, doesn't say that the request may write here.
func (h *httpHandler) identify(r *http.Request) (*identity.Identity, *refusedError) {
	id, ok := client.FromContext(r.Context()).Auth.(*identity.Identity)
	if ok && id.IssuedBy(h.authenticator) {
		return id, nil
	}
	return h.authenticate(r.Context(), r.Header, r.URL.RawQuery)
}

// checkPath lets through what the paths list, and of that only the token's signals.
func (h *httpHandler) checkPath(ctx context.Context, id *identity.Identity, path string) *refusedError {
	signal, listed := h.paths[path]
	switch {
	case !listed:
		return h.refuse(ctx, pathUnknown, "")
	case !slices.Contains(id.Token().SignalsOrDefault(), signal):
		return h.refuse(ctx, signalDenied, "")
	default:
		return nil
	}
}

// writeTo answers in the encoding of the request: JSON unless it is protobuf (OTLP/HTTP, "Failures").
func (e *refusedError) writeTo(w http.ResponseWriter, r *http.Request) {
	contentType, body := contentTypeJSON, e.bodyJSON
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && media == contentTypeProtobuf {
		contentType, body = contentTypeProtobuf, e.bodyProtobuf
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(e.http)
	_, _ = w.Write(body(e.origin)) // whoever hung up misses only a refusal
}
