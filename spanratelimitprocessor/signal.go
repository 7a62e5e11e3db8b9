// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"

	"go.opentelemetry.io/collector/client"
	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/refusal"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// errSignalDenied is what client_token_auth's middleware answers in the same case.
var errSignalDenied = refusal.New(codes.PermissionDenied, refusal.SignalNotAllowed,
	"this client token may not write this signal here", nil).Err()

// identityOf returns who sent a batch, nil if another authenticator says so.
func identityOf(ctx context.Context) *identity.Identity {
	id, _ := client.FromContext(ctx).Auth.(*identity.Identity)
	return id
}

// signalDenied asks what nobody has asked yet where client_token_auth stands in front as auth: only, which can't see
// what a request writes: whether the token may write traces.
func signalDenied(id *identity.Identity) bool {
	return id != nil && !id.Token().Writes(token.SignalTraces)
}
