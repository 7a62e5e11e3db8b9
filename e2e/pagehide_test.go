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
	var names []string
	var steps []any
	for wiring, endpoint := range map[string]string{"middleware": c.middleware, "auth": c.auth} {
		for how, script := range pageHideRecipes(t, endpoint+"/v1/traces", web) {
			s.add("/"+wiring+"/"+how, script)
		}
		for _, away := range []leave{{Goto: blank}, {Open: blank}} {
			for _, way := range []struct{ how, url, makeSpan string }{
				{"beacon", blank + "/" + wiring + "/beacon", "spans.push(makeSpan('beacon')), spans.length"},
				{"fetch", blank + "/" + wiring + "/fetch", "spans.push(makeSpan('fetch')), spans.length"},
				{"sdk", withSettings(p.allowed, endpoint, settings(web)), "example.makeSpans(1)"},
			} {
				names = append(names, fmt.Sprintf("%s, %s, %+v", wiring, way.how, away))
				steps = append(steps, leave{Open: way.url}, way.makeSpan, away, fmt.Sprintf("arrived(%d)", len(names)))
			}
		}
	}
	j := travel(t, blank, c.middleware, steps...)
	for i, name := range names {
		require.True(t, result[bool](t, j, 4*i+3), "%s: nothing arrived", name)
	}
	assert.Equal(t, len(names), c.sink.spans())
	for _, a := range c.sink.all() {
		assertStamped(t, a, map[string]string{"token_id": "web", "organization_id": "acme", "environment": "production"})
	}
}

// pageHideRecipes returns README's recipes for an endpoint and a token.
func pageHideRecipes(t *testing.T, endpoint, token string) map[string]string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	snippets := regexp.MustCompile("(?s)<!-- tested: page hide -->\n```js\n(.*?)```").FindAllSubmatch(readme, -1)
	require.Len(t, snippets, 2, "the recipe, and a line of it in other words")
	beacon, line := string(snippets[0][1]), string(snippets[1][1])
	fetch := regexp.MustCompile(`(?m)^.*sendBeacon.*$\n`).ReplaceAllLiteralString(beacon, line)
	filled := strings.NewReplacer("https://gateway.example.com/v1/traces", endpoint, "ct…", token)
	recipes := map[string]string{"beacon": filled.Replace(beacon), "fetch": filled.Replace(fetch)}
	for name, recipe := range recipes {
		require.Contains(t, recipe, endpoint+"?client_token="+token, name)
		require.Equal(t, name == "beacon", strings.Contains(recipe, "sendBeacon("))
		require.Equal(t, name == "fetch", strings.Contains(recipe, "keepalive: true"))
	}
	return recipes
}
