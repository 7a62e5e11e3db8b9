// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
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
}

// sit takes the steps of browser/console.mjs, and returns what came of each. The page may complain of nothing, but for
// an answer that isn't 2xx, which Chromium calls an error.
func (c console) sit(t *testing.T, steps ...[]string) []any {
	t.Helper()
	scenario, err := json.Marshal(map[string]any{
		"url": strings.TrimSuffix(c.office.api, "/api/v1"), "user": c.user, "password": "demo", "steps": steps,
		"width": max(c.width, 360), "colorScheme": c.scheme,
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

// No page has anything that axe-core calls serious, and none is wider than a window, in light and dark, narrow and wide.
func TestConsoleIsAccessible(t *testing.T) {
	t.Parallel()
	o := beginOffice(t, emptyFile(t))
	o.awaitReady(t)
	secret := o.found(t, `{"id": "shop", "name": "Shop", "kind": "web", "allowed_origins": ["*"], "spans_per_minute": 300}`)
	post(t, o.middleware, secret, "https://shop.example.com", 200)
	post(t, o.middleware, secret, "https://shop.example.com", 200)
	paths := []string{
		"/", "/new", "/o/acme", "/o/acme?q=none", "/o/acme/audit", "/o/acme/settings", "/o/acme/new", "/o/acme/t/shop",
		"/o/acme/t/shop?time=month", "/o/acme/t/shop/edit", "/o/acme/t/shop/rotate", "/o/acme/t/shop/delete", "/nothing",
	}
	for i, scheme := range []string{"light", "dark"} {
		for _, width := range []int{360, 1600} {
			steps := [][]string{}
			for _, path := range paths {
				steps = append(steps, []string{"goto", path}, []string{"axe"}, []string{"overflow"})
			}
			steps = append(steps,
				[]string{"goto", "/o/acme/new"}, []string{"fill", "#id", fmt.Sprintf("t-%d-%d", i, width)},
				[]string{"fill", "#spans_per_minute", "many"}, []string{"click", "text=Create the token"},
				[]string{"sees", "main", "Nothing was written yet"}, []string{"axe"}, []string{"overflow"},
				[]string{"fill", "#spans_per_minute", ""}, []string{"check", "[name=bound][value=any]"},
				[]string{"click", "text=Create the token"}, []string{"sees", "main", "shown this once"},
				[]string{"axe"}, []string{"overflow"},
			)
			said := console{office: o, user: "ada", width: width, scheme: scheme}.sit(t, steps...)
			where := ""
			for k, step := range steps {
				switch step[0] {
				case "goto":
					where = step[1]
				case "axe":
					assert.Empty(t, said[k], "%s, %s, %d px", where, scheme, width)
				case "overflow":
					assert.LessOrEqual(t, said[k], 0.0, "%s is wider than %d px", where, width)
				}
			}
		}
	}
}
