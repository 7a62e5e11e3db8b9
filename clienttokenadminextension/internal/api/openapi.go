// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	_ "embed"
)

//go:embed openapi.yaml
var description []byte

// describe answers with what the API offers.
func (c *call) describe() error {
	c.w.Header().Set("Content-Type", "application/yaml")
	_, _ = c.w.Write(description)
	return nil
}
