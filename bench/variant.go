// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	_ "embed"
	"fmt"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/browser"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/collector"
)

//go:embed tokens.yaml
var tokensYAML []byte

// shop posts by the token of examples/embedded.
var shop = browser.Sender{
	Secret: "ctNoD0pMnC3M1vrZ8eqis9tTHENoqKWWSqJLXIFVvhYdWWcUhHpQxc6N6c4CODGY",
	Origin: "https://shop.example.com",
}

// variant is a way to put our parts into the Collector.
type variant struct {
	name  string
	door  string // how client_token_auth stands in front of the receiver; empty = our parts are left out
	usage string // what client_token_auth does about usage; empty = by default, in memory
}

// comparisons are the variants that are compared with the first of each.
var comparisons = map[string][]variant{
	"parts": {
		{name: "without"},
		{name: "with, middlewares:", door: collector.Middlewares},
		{name: "with, auth:", door: "auth: {authenticator: client_token_auth}"},
	},
	"usage": {
		{name: "without usage", door: collector.Middlewares, usage: "{enabled: false}"},
		{name: "usage in memory", door: collector.Middlewares},
	},
}

// usageIn is with usage in a Redis.
func usageIn(redis string) variant {
	return variant{name: "usage in Redis", door: collector.Middlewares, usage: fmt.Sprintf("{redis: {endpoints: [%q]}}", redis)}
}

func (v variant) guarded() bool {
	return v.door != ""
}

func (v variant) setup(program, dir string) collector.Setup {
	return collector.Setup{Program: program, Dir: dir, Door: v.door, Usage: v.usage, Tokens: tokensYAML}
}
