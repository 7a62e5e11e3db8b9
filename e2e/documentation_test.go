// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/webhook"
)

// What people copy must work.
func TestDocumentedConfigurationsAreValid(t *testing.T) {
	t.Parallel()
	full := snippet(t, "full configuration", ".yaml")
	assertValid(t, full)
	assertValid(t, full, snippet(t, "addition", ".yaml"))
	assertValid(t, full, snippet(t, "notifications", ".yaml"))
	examples, err := filepath.Glob("../examples/*/collector.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, examples)
	for _, path := range examples {
		assertValid(t, path)
	}
}

// A receiver that does as documented knows what comes from us.
func TestDocumentedVerification(t *testing.T) {
	t.Parallel()
	var got map[string]string
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		got = map[string]string{}
		for name := range r.Header {
			got[strings.ToLower(name)] = r.Header.Get(name) // as Node has them
		}
	}))
	defer server.Close()
	config := webhook.NewDefaultConfig()
	config.ClientConfig.Endpoint, config.Secret = server.URL, webhookSecret
	poster, err := webhook.NewPoster(t.Context(), &config, componenttest.NewNopHost(), componenttest.NewNopTelemetrySettings())
	require.NoError(t, err)
	require.NoError(t, poster.Post(t.Context(), &notify.Event{ID: "e", Kind: notify.Deleted}, ""))
	poster.Close()

	headers, err := json.Marshal(got)
	require.NoError(t, err)
	program := `const {isFromUs} = await import(process.argv[1]);
		const [headers, body, secret] = [JSON.parse(process.argv[2]), process.argv[3], process.argv[4]];
		const old = {...headers, 'webhook-timestamp': '1700000000'};
		const {'webhook-signature': _, ...unsigned} = headers;
		console.log(isFromUs(headers, body, secret), isFromUs(headers, body + ' ', secret), isFromUs(old, body, secret),
			isFromUs(unsigned, body, secret))`
	said, err := exec.CommandContext(t.Context(), "node", "--input-type=module", "--eval", program,
		snippet(t, "verification", ".mjs"), string(headers), string(body), webhookSecret).CombinedOutput()
	require.NoError(t, err, "%s", said)
	assert.Equal(t, "true false false false\n", string(said))
}

// webhookSecret signs the posts of tests.
const webhookSecret = "whsec_dGhpcnR5LXR3byBieXRlcyBvZiBhIHRlc3QsIGZpbmU="

func assertValid(t *testing.T, paths ...string) {
	t.Helper()
	arguments := []string{"validate"}
	for _, path := range paths {
		arguments = append(arguments, "--config", path)
	}
	validate := exec.CommandContext(t.Context(), binary, arguments...)
	validate.Env = append(os.Environ(), "SMTP_PASSWORD=secret", "WEBHOOK_SECRET="+webhookSecret)
	said, err := validate.CombinedOutput()
	assert.NoError(t, err, "%v: %s", paths, said)
}
