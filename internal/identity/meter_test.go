// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

func TestMeter(t *testing.T) {
	r := usage.NewRecorder(nil, time.Now, func(error) {})
	owner := NewOwner(&token.Organization{ID: "acme"})
	h := NewHolder(&token.Token{ID: "t-1", Organization: "acme"}, owner)
	id := New(nil, h, "")
	assert.Nil(t, (*Identity)(nil).Meter())
	assert.Nil(t, id.Meter(), "nobody records")
	assert.Nil(t, h.Metered(nil))
	made := h.Metered(r)
	assert.NotNil(t, made)
	assert.Same(t, made, h.Metered(r))
	assert.Same(t, made, id.Meter())
	assert.Same(t, made, New(nil, h, "https://a.example").Meter())
	assert.NotSame(t, made, NewHolder(&token.Token{ID: "t-1", Organization: "acme"}, owner).Metered(r), "a changed record")
}
