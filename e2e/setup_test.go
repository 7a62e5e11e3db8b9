// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The documented set-up of a page is complete: what the page fetches is traced, and its spans arrive.
func TestDocumentedPage(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	s := serveWebsite(t, c)
	setup := strings.NewReplacer("https://gateway.example.com", c.middleware, "ct…", web).Replace(snippets(t, "page")[0])
	bundle := exec.CommandContext(t.Context(), "node_modules/.bin/esbuild", "--bundle", "--format=iife", "--target=es2016")
	bundle.Dir, bundle.Stdin = "../examples/embedded/web", strings.NewReader(setup)
	script, err := bundle.Output()
	require.NoError(t, err, "its packages are installed by: make test")
	require.NotContains(t, string(script), "</script>")
	s.add("/setup", string(script))

	j := travel(t, s.at("localhost")+"/setup", "", "fetch('/page.js').then((answer) => answer.ok)", "arrived(1)")
	assert.True(t, result[bool](t, j, 0))
	assert.True(t, result[bool](t, j, 1))
	require.NotEmpty(t, c.sink.all())
	assertStamped(t, c.sink.all()[0], map[string]string{
		"token_id": "web", "organization_id": "acme", "environment": "production",
	})
	assert.Equal(t, "shop", c.sink.all()[0].values["service.name"])
}
