// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a page sends while it is left or closed arrives: by README's recipes, and by opentelemetry-js on its own.
func TestPageHide(t *testing.T) {
	t.Parallel()
	c, p := startCollector(t), servePage(t)
	s := serveWebsite(t, c)
	blank := s.at("localhost")
	wirings := []string{c.middleware, c.auth}
	s.add("/recipes", pageHideRecipes(t, wirings))
	pages := []hidingPage{{blank + "/recipes", "queues.map((spans) => spans.push(makeSpan('last')))", 2 * len(wirings)}}
	for _, endpoint := range wirings {
		pages = append(pages, hidingPage{withSettings(p.allowed, endpoint, settings(web)), "example.makeSpans(1)", 1})
	}
	assert.Empty(t, hide(t, leave{Goto: blank}, pages), "left")

	// A page that is closed Chromium gives half a second: on a busy machine that can be too little.
	lost := pages
	for range 5 {
		if lost = hide(t, leave{Open: blank}, lost); len(lost) == 0 {
			break
		}
	}
	assert.Empty(t, lost, "closed")
	for _, a := range c.sink.all() {
		assertStamped(t, a, map[string]string{"token_id": "web", "organization_id": "acme", "environment": "production"})
	}
}

// hidingPage makes spans that it will send when it is hidden.
type hidingPage struct {
	url, makeSpans string
	spans          int
}

// hide opens the pages one after the other, goes away from each, and returns those whose spans have not all arrived then.
func hide(t *testing.T, away leave, pages []hidingPage) []hidingPage {
	t.Helper()
	var steps []any
	for _, page := range pages {
		steps = append(steps, leave{Open: page.url}, page.makeSpans, away, fmt.Sprintf("arrived(%d)", page.spans))
	}
	j := travel(t, "about:blank", "", steps...)
	var lost []hidingPage
	for i, page := range pages {
		if !result[bool](t, j, 4*i+3) {
			lost = append(lost, page)
		}
	}
	return lost
}

// pageHideRecipes returns a script that has README's recipes for each wiring, and their queues of spans.
func pageHideRecipes(t *testing.T, wirings []string) string {
	t.Helper()
	recipes := snippets(t, "page hide")
	require.Len(t, recipes, 2, "the recipe, and a line of it in other words")
	beacon, line := recipes[0], recipes[1]
	fetch := regexp.MustCompile(`(?m)^.*navigator\.sendBeacon\(.*$\n`).ReplaceAllLiteralString(beacon, line)
	require.NotEqual(t, beacon, fetch)
	script := "const queues = [];"
	for _, base := range wirings {
		url := strings.NewReplacer("https://gateway.example.com", base, "ct…", web)
		for _, recipe := range []string{url.Replace(beacon), url.Replace(fetch)} {
			require.Contains(t, recipe, base+"/v1/traces?client_token="+web)
			script += "{" + recipe + "queues.push(spans); }"
		}
	}
	return script
}
