// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package mail

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConfigTellsAllFaults(t *testing.T) {
	for name, test := range map[string]struct {
		edit  func(*Config)
		fault string
	}{
		"empty endpoint": {func(c *Config) { c.Endpoint = "" }, "name the mail server"},
		"URL":            {func(c *Config) { c.Endpoint = "smtp://jo:secret@mail.example.com:587" }, "endpoint is not host:port"},
		"no port":        {func(c *Config) { c.Endpoint = "mail.example.com" }, "endpoint is not host:port"},
		"port 0":         {func(c *Config) { c.Endpoint = "mail.example.com:0" }, "endpoint is not host:port"},
		"encryption":     {func(c *Config) { c.Encryption = "tls" }, "use starttls, implicit or none"},
		"insecure":       {func(c *Config) { c.TLS.Insecure = true }, "set encryption: none"},
		"user only":      {func(c *Config) { c.Username = "jo" }, "set both, or none"},
		"password only":  {func(c *Config) { c.Password = "secret" }, "set both, or none"},
		"password, plain": {
			func(c *Config) { c.Username, c.Password, c.Encryption = "jo", "secret", None }, "readable on the way",
		},
		"no sender":     {func(c *Config) { c.From = "" }, "name the sender"},
		"two senders":   {func(c *Config) { c.From = "a@example.com, b@example.com" }, "write an address"},
		"header":        {func(c *Config) { c.From = "a@example.com\r\nBcc: b@example.com" }, "write an address"},
		"short timeout": {func(c *Config) { c.Timeout = time.Millisecond }, "use 1s to 1m0s"},
		"long timeout":  {func(c *Config) { c.Timeout = time.Hour }, "use 1s to 1m0s"},
	} {
		t.Run(name, func(t *testing.T) {
			c := NewDefaultConfig()
			c.Endpoint, c.From = "mail.example.com:587", "Tokens <tokens@example.com>"
			require.NoError(t, c.Validate())
			test.edit(&c)
			err := c.Validate()
			require.ErrorContains(t, err, test.fault)
			assert.NotContains(t, err.Error(), "secret")
		})
	}
	c := NewDefaultConfig()
	c.Encryption = "tls"
	err := c.Validate()
	require.ErrorContains(t, err, "endpoint")
	require.ErrorContains(t, err, "encryption")
	require.ErrorContains(t, err, "from")
}
