// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/smtptest"
)

// console is somebody in front of a browser.
type console struct {
	office *office
	user   string
	width  int
	scheme string
	plain  bool // without scripts
}

// gesture is an action of browser/console.mjs and its arguments.
type gesture = []string

// sit takes the steps of browser/console.mjs, and returns what came of each. The page may complain of nothing, but for
// an answer that isn't 2xx, which Chromium calls an error.
func (c console) sit(t *testing.T, steps ...gesture) []any {
	t.Helper()
	scenario, err := json.Marshal(map[string]any{
		"url": strings.TrimSuffix(c.office.api, "/api/v1"), "user": c.user, "password": "demo", "steps": steps,
		"width": max(c.width, 360), "colorScheme": cmp.Or(c.scheme, "light"), "scripts": !c.plain,
	})
	require.NoError(t, err)
	driver := exec.CommandContext(t.Context(), "node", "browser/console.mjs", string(scenario))
	driver.Stderr = os.Stderr
	output, err := driver.Output()
	require.NoError(t, err, "%s; its packages are installed by: make test", output)
	var said struct {
		Results []any    `json:"results"`
		Errors  []string `json:"errors"`
	}
	require.NoError(t, json.Unmarshal(output, &said))
	for _, e := range said.Errors {
		assert.Contains(t, e, "Failed to load resource: the server responded with a status of 4")
	}
	return said.Results
}

// A token's whole life in the console of one Collector of three: made, used by opentelemetry-js in a page, looked at,
// rotated, deleted. Its owner and manager have a mail of each of these two.
func TestConsole(t *testing.T) {
	t.Parallel()
	redis, mailServer, p := startDurableRedis(t), smtptest.Start(t, smtptest.Options{}), servePage(t)
	offices := beginNotifyingFleet(t, redis, mailServer)
	o := offices[0]
	o.ask(t, "ada", http.MethodPost, "/organizations", acmeOfThree, 201)
	manager := console{office: o, user: "max", width: 1280, scheme: "light"}

	said := manager.sit(t,
		gesture{"goto", "/"}, // leads on to the only organization
		gesture{"click", "text=Create the first one"},
		gesture{"fill", "#name", "Shop"},
		gesture{"fill", "#id", "shop"},
		gesture{"fill", "#allowed_origins", "https://*.co.uk"},
		gesture{"sees", "[data-checked]", "public suffix"},
		gesture{"fill", "#allowed_origins", p.allowed},
		gesture{"fill", "#spans_per_minute", ""},
		gesture{"sees", "[data-checked]", "This list can be used"},
		gesture{"click", "text=Create the token"},
		gesture{"text", "#secret"},
	)
	secret := said[len(said)-1].(string)
	v := browse(t, p.allowed, o.middleware, settings(secret), "example.sendSpans(7)")
	assert.Equal(t, http.StatusOK, *v.only(t).Status)

	said = console{office: o, user: "vic", width: 360, scheme: "dark"}.sit(t,
		gesture{"goto", "/o/acme/t/shop"}, gesture{"sees", "#plot .legend", "Admitted 7"},
		gesture{"goto", "/o/acme"}, gesture{"sees", "#figures", "7 spans"},
	)
	t.Logf("usage showed %v ms after the page was opened", said[1])

	rotated := manager.rotateUnderTraffic(t, p.allowed, secret)
	assert.NotEqual(t, secret, rotated)
	v = browse(t, p.allowed, o.middleware, settings(rotated), "example.sendSpans(7)")
	assert.Equal(t, http.StatusOK, *v.only(t).Status)

	said = manager.sit(t,
		gesture{"goto", "/o/acme/t/shop/delete"},
		gesture{"fill", "#typed", "Shop"},
		gesture{"click", "text=Delete the token"},
		gesture{"path"},
	)
	assert.Equal(t, "/o/acme", said[3])
	for _, s := range []string{secret, rotated} {
		v = browse(t, p.allowed, o.middleware, settings(s), "example.sendSpans(7)")
		assert.Equal(t, http.StatusUnauthorized, *v.only(t).Status, "the next post is refused")
		for _, o := range offices {
			assert.NotContains(t, o.log.String(), s)
		}
	}
	awaitMails(t, mailServer, 4)
	for _, o := range offices {
		o.stop() // which ends what is under way
	}
	assert.Equal(t, toOwnerAndManager(`Client token "Shop" of acme has a new secret`, wasDeleted("Shop")), mails(t, mailServer))
}

// rotateUnderTraffic rotates while somebody posts with the old secret and then with the new one.
func (c console) rotateUnderTraffic(t *testing.T, origin, secret string) string {
	t.Helper()
	var used atomic.Value
	used.Store(secret)
	done, finished := make(chan struct{}), make(chan map[int]int)
	body := spansJSON(t, 1)
	go func() { finished <- keepPosting(c.office.collector, body, origin, &used, done) }()
	said := c.sit(t,
		gesture{"goto", "/o/acme/t/shop"}, gesture{"click", "text=Rotate"}, gesture{"click", "text=Make a new secret"},
		gesture{"text", "#secret"},
	)
	used.Store(said[3])
	c.sit(t, gesture{"goto", "/o/acme/t/shop"})
	close(done)
	answers := <-finished
	assert.Len(t, answers, 1, "no request was refused: %v", answers)
	assert.Positive(t, answers[http.StatusOK])
	return said[3].(string)
}

// Whoever has but a keyboard sees where they are, arrives at what there is to read, and can do everything.
func TestConsoleByKeyboard(t *testing.T) {
	t.Parallel()
	o := beginOffice(t, emptyFile(t))
	o.awaitReady(t)
	o.ask(t, "ada", http.MethodPost, "/organizations", acmeOfThree, 201)
	said := console{office: o, user: "max", width: 1280, scheme: "dark"}.sit(t,
		gesture{"goto", "/o/acme"}, gesture{"tabTo", ".skip"}, gesture{"press", "Enter"}, gesture{"focused"},
		gesture{"tabTo", "main [href$='/new']"}, gesture{"enter"},
		gesture{"tabTo", "#name"}, gesture{"type", "Shop"}, gesture{"tabTo", "#id"}, gesture{"type", "shop"},
		gesture{"tabTo", "#allowed_origins"}, gesture{"type", "https://shop.example.com"},
		gesture{"tabTo", "#spans_per_minute"}, gesture{"type", "many"}, gesture{"enter"}, gesture{"focused"},
		gesture{"tabTo", "[href='#spans_per_minute']"}, gesture{"press", "Enter"}, gesture{"focused"},
		gesture{"press", "ControlOrMeta+a"}, gesture{"type", "6000"}, gesture{"enter"}, gesture{"focused"},
		gesture{"text", "#secret"}, gesture{"tabTo", "[data-copy=secret]"},
		gesture{"tabTo", "main [href$='/shop'].primary"}, gesture{"enter"},
		gesture{"tabTo", "[href$='/rotate']"}, gesture{"enter"},
		gesture{"tabTo", "[name=grace]"}, gesture{"press", "ArrowDown"}, gesture{"enter"}, gesture{"focused"},
		gesture{"text", "#secret"}, gesture{"goto", "/o/acme/t/shop"}, gesture{"tabTo", "[href$='/delete']"}, gesture{"enter"},
		gesture{"tabTo", "#typed"}, gesture{"type", "Shop"}, gesture{"enter"}, gesture{"path"}, gesture{"goto", "/o/acme/t/shop"},
	)
	heard := slices.DeleteFunc(said, func(s any) bool { return s == nil })
	require.Len(t, heard, 11)
	assert.Equal(t, []any{200.0, "main"}, heard[:2])
	assert.Contains(t, heard[2], "Nothing was written yet")
	assert.Equal(t, []any{"spans_per_minute", "Token created"}, heard[3:5])
	assert.Len(t, heard[5], 64)
	assert.Equal(t, "Secret rotated", heard[6])
	assert.NotEqual(t, heard[5], heard[7])
	assert.Equal(t, []any{200.0, "/o/acme", 404.0}, heard[8:])
}

// Scripts save a click or a look: all that can be done can be done without.
func TestConsoleWithoutScripts(t *testing.T) {
	t.Parallel()
	o := beginOffice(t, emptyFile(t))
	o.awaitReady(t)
	o.ask(t, "ada", http.MethodPost, "/organizations", acmeOfThree, 201)
	said := console{office: o, user: "olga", plain: true}.sit(t,
		gesture{"goto", "/o/acme/new"}, gesture{"fill", "#name", "Shop"}, gesture{"fill", "#id", "shop"},
		gesture{"fill", "#allowed_origins", "https://shop.example.com/cart"}, gesture{"click", "text=Create the token"},
		gesture{"text", "#allowed_origins-fault"},
		gesture{"fill", "#allowed_origins", "https://shop.example.com"}, gesture{"click", "text=Create the token"},
		gesture{"text", "#secret"}, gesture{"click", "text=I have it"},
		gesture{"click", "text=Edit"}, gesture{"fill", "#name", "New shop"}, gesture{"click", "text=Save"}, gesture{"text", "h1"},
		gesture{"click", "text=Rotate"}, gesture{"click", "text=Make a new secret"}, gesture{"text", "#secret"},
		gesture{"click", "text=I have it"}, gesture{"click", "button >> text=Disable"}, gesture{"click", "button >> text=Enable"},
		gesture{"text", "[role=status]"},
		gesture{"click", ".head >> text=Delete"}, gesture{"fill", "#typed", "Shop"}, gesture{"click", "text=Delete the token"},
		gesture{"text", "#typed-fault"},
		gesture{"fill", "#typed", "New shop"}, gesture{"click", "text=Delete the token"}, gesture{"path"},
		gesture{"goto", "/o/acme/settings"}, gesture{"fill", "#user", "new"}, gesture{"click", "text=Save the member"},
		gesture{"click", "tr:has-text('new') >> text=Remove"}, gesture{"path"}, gesture{"goto", "/o/acme/t/shop"},
	)
	heard := slices.DeleteFunc(said, func(s any) bool { return s == nil })
	require.Len(t, heard, 11)
	assert.Contains(t, heard[1], "an origin has no path")
	assert.Len(t, heard[2], 64)
	assert.Equal(t, "New shop", heard[3])
	assert.Len(t, heard[4], 64)
	assert.NotEqual(t, heard[2], heard[4])
	assert.Contains(t, heard[5], "The token is enabled")
	assert.Contains(t, heard[6], "Nothing was deleted")
	assert.Equal(t, []any{"/o/acme", 200.0, "/o/acme/settings", 404.0}, heard[7:])
}

// No page has anything that axe-core calls serious, and none is wider than a window: light and wide, dark and narrow.
func TestConsoleIsAccessible(t *testing.T) {
	t.Parallel()
	o := beginOffice(t, emptyFile(t))
	o.awaitReady(t)
	secret := o.found(t, `{"id": "shop", "name": "Shop", "kind": "web", "allowed_origins": ["*"], "spans_per_minute": 300}`)
	o.ask(t, "ada", http.MethodPost, "/organizations", `{"id": "empty"}`, 201)
	post(t, o.middleware, secret, "https://shop.example.com", 200)
	post(t, o.middleware, secret, "https://shop.example.com", 200)
	for _, c := range []console{
		{office: o, user: "ada", width: 360, scheme: "dark"}, {office: o, user: "ada", width: 1600, scheme: "light"},
	} {
		steps := c.everyPage()
		said := c.sit(t, steps...)
		where := ""
		for k, step := range steps {
			switch step[0] {
			case "goto", "click":
				where = step[1]
			case "axe":
				assert.Empty(t, said[k], "%s, %s, %d px", where, c.scheme, c.width)
			case "overflow":
				assert.LessOrEqual(t, said[k], 0.0, "%s is wider than %d px", where, c.width)
			}
		}
	}
}

// everyPage are the steps to all pages, those with faults included. Each is looked at.
func (c console) everyPage() []gesture {
	looked := []gesture{{"axe"}, {"overflow"}}
	steps := []gesture{}
	for _, path := range []string{
		"/", "/?q=none", "/new", "/o/empty", "/o/acme", "/o/acme?q=none", "/o/acme?time=month", "/o/acme/audit",
		"/o/acme/settings", "/o/acme/new", "/o/acme/t/shop", "/o/acme/t/shop?time=hour", "/o/acme/t/shop/edit",
		"/o/acme/t/shop/rotate", "/o/acme/t/shop/delete", "/nothing",
	} {
		steps = append(append(steps, gesture{"goto", path}), looked...)
	}
	id := fmt.Sprint("t-", c.width)
	for _, form := range [][]gesture{
		{{"goto", "/o/acme/new"}, {"fill", "#id", id}, {"fill", "#spans_per_minute", "many"}, {"click", "text=Create the token"}},
		{
			{"fill", "#allowed_origins", "https://*.uk"},
			{"click", "text=Create the token"},
			{"sees", "[data-checked]", "public suffix"},
		},
		{
			{"fill", "#spans_per_minute", ""},
			{"check", "[value=any]"},
			{"click", "text=Create the token"},
			{"sees", "main", "shown this once"},
		},
		{{"goto", "/o/acme/t/" + id + "/rotate"}, {"click", "text=Make a new secret"}, {"sees", "main", "shown this once"}},
		{
			{"goto", "/new"},
			{"fill", "#id", "acme"},
			{"click", "text=Create the organization"},
			{"sees", "main", "Nothing was written"},
		},
		{
			{"goto", "/o/acme/settings"},
			{"fill", "#spans_per_minute", "many"},
			{"press", "Enter"},
			{"sees", "main", "whole number"},
		},
		{{"goto", "/o/acme/settings"}, {"fill", "#user", "x"}, {"fill", "#email", "x@y"}, {"click", "text=Save the member"}},
	} {
		steps = append(append(steps, form...), looked...)
	}
	return steps
}
