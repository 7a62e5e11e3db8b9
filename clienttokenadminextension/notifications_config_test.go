// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/metadata"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/mail"
)

// withNotifications is the least configuration, with a section of testdata/notifications.yaml.
func withNotifications(t *testing.T, name string) *Config {
	t.Helper()
	sections, err := confmaptest.LoadConf(filepath.Join("testdata", "notifications.yaml"))
	require.NoError(t, err)
	cfg := configured()
	require.NoError(t, confmap.NewFromStringMap(map[string]any{"notifications": sections.Get(name)}).Unmarshal(cfg))
	return cfg
}

func TestNotificationsConfig(t *testing.T) {
	assert.False(t, configured().Notifications.HasValue())
	cfg := withNotifications(t, "all")
	require.NoError(t, confmap.Validate(cfg))
	n := cfg.Notifications.Get()
	assert.Equal(t, []notify.Kind{notify.Deleted, notify.Rotated}, n.kinds())
	assert.Equal(t, mail.StartTLS, n.SMTP.Get().Encryption)
	assert.Equal(t, 30*time.Second, n.SMTP.Get().Timeout)
	assert.Equal(t, 10*time.Second, n.Webhook.Get().ClientConfig.Timeout)
	for _, name := range []string{"file_storage", "oauth2client", "slow_down"} {
		assert.Contains(t, newAdminOf(t, cfg).Dependencies(), component.MustNewID(name), "it starts first")
	}
	assert.Equal(t, notify.Kinds(), withNotifications(t, "query").Notifications.Get().kinds(), "all by default")
}

func newAdminOf(t *testing.T, cfg *Config) *admin {
	t.Helper()
	a, err := newAdmin(extensiontest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	return a
}

func TestNotificationsConfigFaults(t *testing.T) {
	for name, faults := range map[string][]string{
		"empty": {"neither smtp nor webhook is set"},
		"none":  {"neither smtp nor webhook is set", "events is empty"},
		"faults": {
			"smtp: endpoint is empty", "from is empty", "webhook: endpoint is not a URL", "secret is empty",
			`events[1] is "created"`, `events[2] is "deleted": listed twice`, "console_url is not",
		},
		"query": {"console_url is not"},
	} {
		err := confmap.Validate(withNotifications(t, name))
		for _, fault := range faults {
			assert.ErrorContains(t, err, fault, name)
		}
	}
}
