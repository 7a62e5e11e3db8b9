// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/strictyaml"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// snapshot is one version of the registry, ready for look-ups and never changed.
type snapshot struct {
	grants   map[token.Digest]*Grant
	tokens   []*token.Token
	warnings []strictyaml.Fault
}
