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

// sit takes the steps of browser/console.mjs, and returns what came of each. The page may complain of nothing, but for
// an answer that isn't 2xx, which Chromium calls an error.
func (c console) sit(t *testing.T, steps ...[]string) []any {
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
		[]string{"goto", "/"}, // leads on to the only organization
		[]string{"click", "text=Create the first one"},
		[]string{"fill", "#name", "Shop"},
		[]string{"fill", "#id", "shop"},
		[]string{"fill", "#allowed_origins", "https://*.co.uk"},
		[]string{"sees", "[data-checked]", "public suffix"},
		[]string{"fill", "#allowed_origins", p.allowed},
		[]string{"fill", "#spans_per_minute", ""},
		[]string{"sees", "[data-checked]", "This list can be used"},
		[]string{"click", "text=Create the token"},
		[]string{"text", "#secret"},
	)
	secret := said[len(said)-1].(string)
	v := browse(t, p.allowed, o.middleware, settings(secret), "example.sendSpans(7)")
	assert.Equal(t, http.StatusOK, *v.only(t).Status)

	said = console{office: o, user: "vic", width: 360, scheme: "dark"}.sit(t,
		[]string{"goto", "/o/acme/t/shop"}, []string{"sees", "#plot .legend", "Admitted 7"},
		[]string{"goto", "/o/acme"}, []string{"sees", "#figures", "7 spans"},
	)
	t.Logf("usage showed %v ms after the page was opened", said[1])

	rotated := manager.rotateUnderTraffic(t, p.allowed, secret)
	assert.NotEqual(t, secret, rotated)
	v = browse(t, p.allowed, o.middleware, settings(rotated), "example.sendSpans(7)")
	assert.Equal(t, http.StatusOK, *v.only(t).Status)

	said = manager.sit(t,
		[]string{"goto", "/o/acme/t/shop/delete"},
		[]string{"fill", "#typed", "Shop"},
		[]string{"click", "text=Delete the token"},
		[]string{"path"},
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
		[]string{"goto", "/o/acme/t/shop"}, []string{"click", "text=Rotate"}, []string{"click", "text=Make a new secret"},
		[]string{"text", "#secret"},
	)
	used.Store(said[3])
	c.sit(t, []string{"goto", "/o/acme/t/shop"})
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
		[]string{"goto", "/o/acme"}, []string{"tabTo", ".skip"}, []string{"press", "Enter"}, []string{"focused"},
		[]string{"tabTo", "main [href$='/new']"}, []string{"enter"},
		[]string{"tabTo", "#name"}, []string{"type", "Shop"}, []string{"tabTo", "#id"}, []string{"type", "shop"},
		[]string{"tabTo", "#allowed_origins"}, []string{"type", "https://shop.example.com"},
		[]string{"tabTo", "#spans_per_minute"}, []string{"type", "many"}, []string{"enter"}, []string{"focused"},
		[]string{"tabTo", "[href='#spans_per_minute']"}, []string{"press", "Enter"}, []string{"focused"},
		[]string{"press", "ControlOrMeta+a"}, []string{"type", "6000"}, []string{"enter"}, []string{"focused"},
		[]string{"text", "#secret"}, []string{"tabTo", "[data-copy=secret]"}, []string{"tabTo", "main [href$='/shop'].primary"}, []string{"enter"},
		[]string{"tabTo", "[href$='/rotate']"}, []string{"enter"},
		[]string{"tabTo", "[name=grace]"}, []string{"press", "ArrowDown"}, []string{"enter"}, []string{"focused"}, []string{"text", "#secret"},
		[]string{"goto", "/o/acme/t/shop"}, []string{"tabTo", "[href$='/delete']"}, []string{"enter"},
		[]string{"tabTo", "#typed"}, []string{"type", "Shop"}, []string{"enter"}, []string{"path"}, []string{"goto", "/o/acme/t/shop"},
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
		[]string{"goto", "/o/acme/new"}, []string{"fill", "#name", "Shop"}, []string{"fill", "#id", "shop"},
		[]string{"fill", "#allowed_origins", "https://shop.example.com/cart"}, []string{"click", "text=Create the token"},
		[]string{"text", "#allowed_origins-fault"},
		[]string{"fill", "#allowed_origins", "https://shop.example.com"}, []string{"click", "text=Create the token"},
		[]string{"text", "#secret"}, []string{"click", "text=I have it"},
		[]string{"click", "text=Edit"}, []string{"fill", "#name", "New shop"}, []string{"click", "text=Save"}, []string{"text", "h1"},
		[]string{"click", "text=Rotate"}, []string{"click", "text=Make a new secret"}, []string{"text", "#secret"},
		[]string{"click", "text=I have it"}, []string{"click", "button >> text=Disable"}, []string{"click", "button >> text=Enable"}, []string{"text", "[role=status]"},
		[]string{"click", ".head >> text=Delete"}, []string{"fill", "#typed", "Shop"}, []string{"click", "text=Delete the token"},
		[]string{"text", "#typed-fault"},
		[]string{"fill", "#typed", "New shop"}, []string{"click", "text=Delete the token"}, []string{"path"},
		[]string{"goto", "/o/acme/settings"}, []string{"fill", "#user", "new"}, []string{"click", "text=Save the member"},
		[]string{"click", "tr:has-text('new') >> text=Remove"}, []string{"path"}, []string{"goto", "/o/acme/t/shop"},
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
func (c console) everyPage() [][]string {
	looked := [][]string{{"axe"}, {"overflow"}}
	steps := [][]string{}
	for _, path := range []string{
		"/", "/?q=none", "/new", "/o/empty", "/o/acme", "/o/acme?q=none", "/o/acme?time=month", "/o/acme/audit", "/o/acme/settings",
		"/o/acme/new", "/o/acme/t/shop", "/o/acme/t/shop?time=hour", "/o/acme/t/shop/edit", "/o/acme/t/shop/rotate",
		"/o/acme/t/shop/delete", "/nothing",
	} {
		steps = append(append(steps, []string{"goto", path}), looked...)
	}
	id := fmt.Sprint("t-", c.width)
	for _, form := range [][][]string{
		{{"goto", "/o/acme/new"}, {"fill", "#id", id}, {"fill", "#spans_per_minute", "many"}, {"click", "text=Create the token"}},
		{{"fill", "#spans_per_minute", ""}, {"fill", "#allowed_origins", "https://*.co.uk"}, {"click", "text=Create the token"},
			{"sees", "[data-checked]", "public suffix"}},
		{{"check", "[name=bound][value=any]"}, {"click", "text=Create the token"}, {"sees", "main", "shown this once"}},
		{{"goto", "/o/acme/t/" + id + "/rotate"}, {"click", "text=Make a new secret"}, {"sees", "main", "shown this once"}},
		{{"goto", "/new"}, {"fill", "#id", "acme"}, {"click", "text=Create the organization"}, {"sees", "main", "Nothing was written yet"}},
		{{"goto", "/o/acme/settings"}, {"fill", "#spans_per_minute", "many"}, {"press", "Enter"}, {"sees", "main", "whole number"}},
		{{"goto", "/o/acme/settings"}, {"fill", "#user", "x"}, {"fill", "#email", "x@y"}, {"click", "text=Save the member"}},
	} {
		steps = append(append(steps, form...), looked...)
	}
	return steps
}
