// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// What is described is there, and what is there is described.
func TestRoutesAreDescribed(t *testing.T) {
	var doc struct {
		Paths map[string]map[string]any `yaml:"paths"`
	}
	require.NoError(t, yaml.Unmarshal(description, &doc))
	var described, there []string
	for path, operations := range doc.Paths {
		for name := range operations {
			if name != "parameters" {
				described = append(described, name+" "+path)
			}
		}
	}
	for _, r := range routes {
		there = append(there, strings.ToLower(r.method)+" "+r.path)
	}
	assert.ElementsMatch(t, described, there)
}
