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

const otherOrigin = "https://other.example.com"

// Those of tokens.yaml, and one who isn't there.
var (
	shop        = browser.Sender{Secret: "shop-shop-shop-shop-shop-shop-shop-shop", Origin: "https://shop.example.com"}
	other       = browser.Sender{Secret: "other-other-other-other-other-other-other", Origin: otherOrigin}
	spent       = browser.Sender{Secret: "spent-spent-spent-spent-spent-spent-spent", Origin: otherOrigin}
	nearlySpent = browser.Sender{Secret: "nearly-nearly-nearly-nearly-nearly-nearly", Origin: otherOrigin}
	stranger    = browser.Sender{Secret: "nobody-nobody-nobody-nobody-nobody-nobody", Origin: otherOrigin}
)

// setup is a Collector with the recommended wiring, on some of the CPUs; empty = all.
func (s settings) setup(dir, cpus string) collector.Setup {
	return collector.Setup{Program: s.program, Dir: dir, CPUs: cpus, Door: collector.Middlewares, Tokens: tokensYAML}
}
