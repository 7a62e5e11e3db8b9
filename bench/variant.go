// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	_ "embed"

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
	name string
	door string // how client_token_auth stands in front of the receiver; empty = our parts are left out
}

// variants are compared with the first one.
var variants = []variant{
	{name: "without"},
	{name: "with, middlewares:", door: collector.Middlewares},
	{name: "with, auth:", door: "auth: {authenticator: client_token_auth}"},
}

func (v variant) guarded() bool {
	return v.door != ""
}

func (v variant) setup(program, dir string) collector.Setup {
	return collector.Setup{Program: program, Dir: dir, Door: v.door, Tokens: tokensYAML}
}
