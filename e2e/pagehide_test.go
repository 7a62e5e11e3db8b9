// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"os"
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
	type leaving struct {
		name, url, make string
		spans           int
	}
	cases := []leaving{{"recipes", blank + "/recipes", "queues.map((spans) => spans.push(makeSpan('last')))", 2 * len(wirings)}}
	for _, endpoint := range wirings {
		cases = append(cases, leaving{"SDK", withSettings(p.allowed, endpoint, settings(web)), "example.makeSpans(1)", 1})
	}
	var names []string
	var steps []any
	spans := 0
	for _, l := range cases {
		for _, away := range []leave{{Goto: blank}, {Open: blank}} {
			spans += l.spans
			names = append(names, fmt.Sprintf("%s %+v", l.name, away))
			steps = append(steps, leave{Open: l.url}, l.make, away, fmt.Sprintf("arrived(%d)", spans))
		}
	}
	j := travel(t, blank, c.middleware, steps...)
	for i, name := range names {
		require.True(t, result[bool](t, j, 4*i+3), "%s: not all has arrived", name)
	}
	assert.Equal(t, spans, c.sink.spans())
	for _, a := range c.sink.all() {
		assertStamped(t, a, map[string]string{"token_id": "web", "organization_id": "acme", "environment": "production"})
	}
}

// pageHideRecipes returns a script that has README's recipes for each wiring, and their queues of spans.
func pageHideRecipes(t *testing.T, wirings []string) string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	snippets := regexp.MustCompile("(?s)<!-- tested: page hide -->\n```js\n(.*?)```").FindAllSubmatch(readme, -1)
	require.Len(t, snippets, 2, "the recipe, and a line of it in other words")
	beacon, line := string(snippets[0][1]), string(snippets[1][1])
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
