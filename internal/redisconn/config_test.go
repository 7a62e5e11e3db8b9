// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisconn

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

func TestDefaultConfig(t *testing.T) {
	c := NewDefaultConfig()
	assert.Empty(t, c.Endpoints)
	assert.False(t, c.TLS.HasValue())
	assert.Equal(t, "clienttokens", c.Prefix)
	assert.Equal(t, 100*time.Millisecond, c.Timeout)
}

func TestLoadAllFields(t *testing.T) {
	c := load(t, `
endpoints: [a:1, b:2]
cluster: true
master_name: m
username: u
password: p
sentinel_username: su
sentinel_password: sp
db: 3
tls:
  ca_file: ca.pem
prefix: x
timeout: 1s
`)
	assert.Equal(t, []string{"a:1", "b:2"}, c.Endpoints)
	assert.True(t, c.Cluster)
	assert.Equal(t, "m", c.MasterName)
	assert.Equal(t, "u", c.Username)
	assert.Equal(t, "p", string(c.Password))
	assert.Equal(t, "su", c.SentinelUsername)
	assert.Equal(t, "sp", string(c.SentinelPassword))
	assert.Equal(t, 3, c.DB)
	require.True(t, c.TLS.HasValue())
	assert.Equal(t, "ca.pem", c.TLS.Get().CAFile)
	assert.Equal(t, "x", c.Prefix)
	assert.Equal(t, time.Second, c.Timeout)
}

func TestLoadTLS(t *testing.T) {
	for name, tt := range map[string]struct {
		yaml string
		want bool
	}{
		"absent":    {yaml: "endpoints: [a:1]", want: false},
		"lone":      {yaml: "tls:", want: true},
		"empty":     {yaml: "tls: {}", want: true},
		"with file": {yaml: "tls: {ca_file: ca.pem}", want: true},
	} {
		t.Run(name, func(t *testing.T) {
			c := load(t, tt.yaml)
			assert.Equal(t, tt.want, c.TLS.HasValue())
		})
	}
}

func TestLoadRefusesUnknownFields(t *testing.T) {
	for _, yaml := range []string{"endpoint: a:1", "tls: {ca: x}", "addr: [a:1]"} {
		c := NewDefaultConfig()
		assert.ErrorContains(t, unmarshal(t, yaml, &c), "has invalid keys", yaml)
	}
}

// What is inside tls is validated by the Collector, which walks the configuration.
func TestCollectorValidatesTLS(t *testing.T) {
	c := load(t, "{endpoints: [a:1], tls: {cert_file: a.pem}}")
	assert.ErrorContains(t, confmap.Validate(&c), "tls: ")
}

func TestSecretsStaySecret(t *testing.T) {
	c := load(t, "{endpoints: [a:1], password: hunter2, sentinel_password: hunter3}")
	asJSON, err := json.Marshal(c)
	require.NoError(t, err)
	conf := confmap.New()
	require.NoError(t, conf.Marshal(c))
	for _, printed := range []string{
		fmt.Sprintf("%v", c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), fmt.Sprintf("%+v", &c),
		string(asJSON), fmt.Sprint(conf.ToStringMap()), Describe(&c),
	} {
		assert.NotContains(t, printed, "hunter")
	}
}

func TestDescribe(t *testing.T) {
	for want, yaml := range map[string]string{
		"Redis at 127.0.0.1:6379":                 "{endpoints: [127.0.0.1:6379], username: u, password: p}",
		"Redis Cluster at a:1, b:2, c:3":          "{endpoints: [a:1, b:2, c:3], cluster: true, username: u, password: p}",
		"Redis Cluster at a:1":                    "{endpoints: [a:1], cluster: true}",
		"Redis master main of sentinels a:1, b:2": "{endpoints: [a:1, b:2], master_name: main, sentinel_password: p}",
	} {
		c := load(t, yaml)
		assert.Equal(t, want, Describe(&c))
	}
}

func load(t *testing.T, yaml string) Config {
	t.Helper()
	c := NewDefaultConfig()
	require.NoError(t, unmarshal(t, yaml, &c))
	return c
}

func unmarshal(t *testing.T, yaml string, c *Config) error {
	t.Helper()
	retrieved, err := confmap.NewRetrievedFromYAML([]byte(yaml))
	require.NoError(t, err)
	conf, err := retrieved.AsConf()
	require.NoError(t, err)
	return conf.Unmarshal(c)
}
