// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisconn

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"
)

func TestURL(t *testing.T) {
	for text, change := range map[string]func(*Config){
		"redis://a":                     func(*Config) {},
		"redis://a/":                    func(*Config) {},
		"redis://a:6379/0":              func(*Config) {},
		"redis://a:1/7":                 func(c *Config) { c.Endpoints, c.DB = []string{"a:1"}, 7 },
		"redis://[::1]":                 func(c *Config) { c.Endpoints = []string{"[::1]:6379"} },
		"redis://:secret@a":             func(c *Config) { c.Password = "secret" },
		"redis://u:p%40%2F%3A%3F%23@a":  func(c *Config) { c.Username, c.Password = "u", "p@/:?#" },
		"redis://a?prefix=x&timeout=2s": func(c *Config) { c.Prefix, c.Timeout = "x", 2*time.Second },
		"redis://a?cluster=true&addr=b:1&addr=[::1]:2": func(c *Config) {
			c.Cluster, c.Endpoints = true, []string{"a:6379", "b:1", "[::1]:2"}
		},
		"redis://:p@a?master_name=m&addr=b:26379&sentinel_username=u&sentinel_password=s": func(c *Config) {
			c.Endpoints, c.MasterName, c.Password = []string{"a:26379", "b:26379"}, "m", "p"
			c.SentinelUsername, c.SentinelPassword = "u", "s"
		},
		"rediss://a": func(c *Config) { c.TLS = configoptional.Some(configtls.NewDefaultClientConfig()) },
		"rediss://a?ca_file=/ca.pem&insecure_skip_verify=true": func(c *Config) {
			tls := configtls.NewDefaultClientConfig()
			tls.CAFile, tls.InsecureSkipVerify = "/ca.pem", true
			c.TLS = configoptional.Some(tls)
		},
	} {
		want := NewDefaultConfig()
		want.Endpoints, want.Timeout = []string{"a:6379"}, time.Second
		change(&want)
		got, err := ParseURL(text)
		require.NoError(t, err, text)
		assert.Equal(t, &want, got, text)
	}
}

// Wherever a password is put, or what it is cut into, no error repeats it.
func TestURLFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                            errURL.Error(),
		"hunter2":                     errURL.Error(),
		"a:6379":                      errURL.Error(),
		"http://:hunter2@a":           errURL.Error(),
		"unix:///hunter2":             errURL.Error(),
		"redis:hunter2":               errURL.Error(),
		"redis://u:hunter2%@a":        errURL.Error(),
		"redis://u:12#hunter2@a":      errURL.Error(),
		"redis://u:hunter2/x@a":       errURL.Error(), // which is a port
		"redis://a?prefix=%":          errURL.Error(),
		"redis://":                    errURLHost.Error(),
		"redis://:hunter2@":           errURLHost.Error(),
		"redis://:12/hunter2@a":       errURLHost.Error(),
		"redis://u:12/hunter2@a":      errURLPath.Error(),
		"redis://a/-1":                errURLPath.Error(),
		"redis://a/0/hunter2":         errURLPath.Error(),
		"redis://u:12?hunter2@a":      errURLParam.Error(),
		"redis://a?hunter2=1":         errURLParam.Error(),
		"redis://a?prefix=x&prefix=y": errURLParam.Error(),
		"redis://a?cluster=hunter2":   "cluster of the URL is not true or false: write one of them",
		"redis://a?timeout=hunter2":   "timeout of the URL is not a duration: write one, for example 500ms",
		"redis://a?ca_file=hunter2":   "ca_file and insecure_skip_verify are about TLS: write rediss:// in place of redis://",
		"redis://a?addr=:hunter2@b": "endpoints[1] is a URL: write host:port, " +
			"and use the fields username, password, db and tls (rediss) for the rest",
		"redis://hunter2@a":              `username is set without password: set both, or only password for the user "default"`,
		"redis://a?addr=b:1":             severalFault,
		"redis://a/1?cluster=true":       clusterDBFault,
		"redis://a?sentinel_password=hu": sentinelFault,
	} {
		got, err := ParseURL(text)
		if assert.Error(t, err, text) {
			assert.Contains(t, err.Error(), want, text)
			assert.NotContains(t, err.Error(), "hunter2", text)
		}
		assert.Nil(t, got, text)
	}
}
