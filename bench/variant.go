// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

const (
	secret = "ctNoD0pMnC3M1vrZ8eqis9tTHENoqKWWSqJLXIFVvhYdWWcUhHpQxc6N6c4CODGY" // the one of examples/embedded
	origin = "https://shop.example.com"
)

var (
	//go:embed collector.yaml.tmpl
	collectorYAML string

	//go:embed tokens.yaml
	tokensYAML []byte

	configTemplate = template.Must(template.New("collector.yaml").Parse(collectorYAML))
)

// variant is a way to put our parts into the Collector.
type variant struct {
	name  string
	door  string // how client_token_auth stands in front of the receiver; empty = our parts are left out
	usage string // what client_token_auth does about usage; empty = by default, in memory
}

const middlewares = "middlewares: [{id: client_token_auth}]"

// comparisons are the variants that are compared with the first of each.
var comparisons = map[string][]variant{
	"parts": {
		{name: "without"},
		{name: "with, middlewares:", door: middlewares},
		{name: "with, auth:", door: "auth: {authenticator: client_token_auth}"},
	},
	"usage": {
		{name: "without usage", door: middlewares, usage: "{enabled: false}"},
		{name: "usage in memory", door: middlewares},
	},
}

// usageIn is with usage in a Redis.
func usageIn(redis string) variant {
	return variant{name: "usage in Redis", door: middlewares, usage: fmt.Sprintf("{redis: {endpoints: [%q]}}", redis)}
}

func (v variant) guarded() bool {
	return v.door != ""
}

// writeConfig returns the path of the variant's configuration.
func (v variant) writeConfig(dir string, port, metricsPort int) (string, error) {
	tokens := filepath.Join(dir, "tokens.yaml")
	if err := os.WriteFile(tokens, tokensYAML, 0o600); err != nil {
		return "", err
	}
	path := filepath.Join(dir, fmt.Sprintf("collector-%d.yaml", port))
	file, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	return path, configTemplate.Execute(file, map[string]any{
		"Door": v.door, "Usage": v.usage, "Tokens": tokens, "Port": port, "MetricsPort": metricsPort,
	})
}
