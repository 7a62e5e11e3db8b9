// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
)

// Config says where notifications are posted to, and how they are signed.
type Config struct {
	// ClientConfig are the Collector's settings of HTTP clients: endpoint (no default), tls, headers, proxy_url, auth…
	// timeout is for one post: 1s to 1m. Default 10s. Compression isn't offered: what is signed is what is sent.
	//
	// Not embedded: its Unmarshal would become that of the whole.
	ClientConfig confighttp.ClientConfig `mapstructure:",squash"`

	// Secret signs: whsec_ and 24 to 64 random bytes in base64, as `echo whsec_$(openssl rand -base64 32)` makes them. No
	// default.
	Secret configopaque.String `mapstructure:"secret"`

	// prevent unkeyed literal initialization
	_ struct{}
}

const (
	defaultTimeout = 10 * time.Second
	minTimeout     = time.Second
	maxTimeout     = time.Minute

	secretPrefix = "whsec_"
	minSecret    = 24 // bytes, as Standard Webhooks says
	maxSecret    = 64
)

// NewDefaultConfig has all but the endpoint and the secret.
func NewDefaultConfig() Config {
	c := Config{ClientConfig: confighttp.NewDefaultClientConfig()}
	c.ClientConfig.Timeout = defaultTimeout
	return c
}

// Validate reports all faults at once.
func (c *Config) Validate() error {
	_, errSecret := c.key()
	return errors.Join(c.ClientConfig.Validate(), c.validateEndpoint(), errSecret, c.validateTimeout(), c.validateCompression())
}

func (c *Config) validateEndpoint() error {
	if c.ClientConfig.Endpoint == "" {
		return errors.New("endpoint is empty: name the URL to post to, for example https://example.com/hooks/tokens")
	}
	target, err := url.Parse(c.ClientConfig.Endpoint)
	if err != nil || target.Host == "" || target.Scheme != "https" && target.Scheme != "http" || target.User != nil {
		// Not quoted: there may be a password in it.
		return errors.New("endpoint is not a URL to post to: write it like https://example.com/hooks/tokens, " +
			"and use headers or auth to sign in")
	}
	return nil
}

func (c *Config) validateTimeout() error {
	if t := c.ClientConfig.Timeout; t >= minTimeout && t <= maxTimeout {
		return nil
	}
	return fmt.Errorf("timeout is %v: use %v to %v", c.ClientConfig.Timeout, minTimeout, maxTimeout)
}

func (c *Config) validateCompression() error {
	if c.ClientConfig.Compression.IsCompressed() {
		return errors.New("compression is set, and the signature is of the body as it is sent: leave it out")
	}
	return nil
}

// key returns the bytes that sign. Its error names no part of the secret.
func (c *Config) key() ([]byte, error) {
	if c.Secret == "" {
		return nil, errors.New("secret is empty: make one with `echo whsec_$(openssl rand -base64 32)`, " +
			"and give it to the receiver, too")
	}
	encoded, prefixed := strings.CutPrefix(string(c.Secret), secretPrefix)
	key, err := base64.StdEncoding.DecodeString(encoded)
	if !prefixed || err != nil || len(key) < minSecret || len(key) > maxSecret {
		return nil, fmt.Errorf("secret is not %s and %d to %d bytes in base64: make one with "+
			"`echo whsec_$(openssl rand -base64 32)`", secretPrefix, minSecret, maxSecret)
	}
	return key, nil
}
