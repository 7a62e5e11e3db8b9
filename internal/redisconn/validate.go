// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisconn

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
)

const (
	maxPrefix  = 64
	minTimeout = 5 * time.Millisecond
	maxTimeout = 10 * time.Second
)

// Validate reports all faults at once. The Collector itself validates what is inside tls.
func (c *Config) Validate() error {
	return errors.Join(
		c.validateEndpoints(),
		c.validateKind(),
		c.validateSentinel(),
		validateUser("username", "password", c.Username, c.Password),
		validateUser("sentinel_username", "sentinel_password", c.SentinelUsername, c.SentinelPassword),
		c.validateDB(),
		c.validateTLS(),
		c.validatePrefix(),
		c.validateTimeout(),
	)
}

// validateKind never guesses what several endpoints are, though go-redis would: taking sentinels for the seeds of a
// cluster fails only at the first call, with an error about CLUSTER SLOTS.
func (c *Config) validateKind() error {
	switch {
	case c.Cluster && c.MasterName != "":
		return errors.New("cluster and master_name are both set: " +
			"keep cluster if the endpoints are seeds of a Redis Cluster, master_name if they are sentinels")
	case len(c.Endpoints) > 1 && !c.Cluster && c.MasterName == "":
		return errors.New("endpoints has several entries, and neither cluster nor master_name is set: " +
			"set cluster: true if they are seeds of a Redis Cluster, master_name if they are sentinels")
	default:
		return nil
	}
}

func (c *Config) validateSentinel() error {
	if c.MasterName != "" || (c.SentinelUsername == "" && c.SentinelPassword == "") {
		return nil
	}
	return errors.New("sentinel_username or sentinel_password is set without master_name: " +
		"name the master the sentinels watch, or use username and password")
}

func validateUser(userField, passwordField, user string, password configopaque.String) error {
	if user == "" || password != "" {
		return nil
	}
	return fmt.Errorf("%s is set without %s: set both, or only %s for the user \"default\"",
		userField, passwordField, passwordField)
}

func (c *Config) validateDB() error {
	switch {
	case c.DB < 0:
		return fmt.Errorf("db is %d: use 0 or a higher number", c.DB)
	case c.DB > 0 && c.Cluster:
		return fmt.Errorf("db is %d, and a Redis Cluster has only 0: leave db out, and use prefix to keep keys apart", c.DB)
	default:
		return nil
	}
}

// validateTLS refuses insecure, which would turn TLS off although the section is there.
func (c *Config) validateTLS() error {
	if !c.TLS.HasValue() || !c.TLS.Get().Insecure {
		return nil
	}
	return errors.New("tls.insecure is true: leave tls out for plain text, " +
		"or set tls.insecure_skip_verify to accept any certificate")
}

func (c *Config) validatePrefix() error {
	if c.Prefix != "" && len(c.Prefix) <= maxPrefix && !strings.ContainsFunc(c.Prefix, notInPrefix) {
		return nil
	}
	return fmt.Errorf("prefix is %q: use 1 to %d letters, digits and . _ : -", c.Prefix, maxPrefix)
}

// notInPrefix keeps braces out above all: they say which part of a key decides its slot in a cluster.
func notInPrefix(r rune) bool {
	letterOrDigit := (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9')
	return !letterOrDigit && !strings.ContainsRune("._:-", r)
}

func (c *Config) validateTimeout() error {
	if c.Timeout >= minTimeout && c.Timeout <= maxTimeout {
		return nil
	}
	return fmt.Errorf("timeout is %v: use %v to %v", c.Timeout, minTimeout, maxTimeout)
}
