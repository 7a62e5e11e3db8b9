// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisconn

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestValid(t *testing.T) {
	for _, yaml := range []string{
		"endpoints: [127.0.0.1:6379]",
		"endpoints: ['[::1]:6379']",
		"endpoints: [redis.example.com:1]",
		"endpoints: [redis_0.redis:65535]",
		"{endpoints: [a:1], password: p}",
		"{endpoints: [a:1], username: u, password: p}",
		"{endpoints: [a:1], db: 16}",
		"{endpoints: [a:1], tls: {insecure_skip_verify: true}}",
		"{endpoints: [a:1], timeout: 5ms}",
		"{endpoints: [a:1], timeout: 10s}",
		"{endpoints: [a:1], prefix: 'azAZ09._:-'}",
		"{endpoints: [a:1], prefix: " + strings.Repeat("x", 64) + "}",
		"{endpoints: [a:1], cluster: true}",
		"{endpoints: [a:1, a:2, b:1], cluster: true, username: u, password: p}",
		"{endpoints: [a:1], master_name: m}",
		"{endpoints: [a:1, b:1], master_name: m, db: 2, sentinel_username: u, sentinel_password: p}",
		"{endpoints: [a:1, b:1], master_name: m, sentinel_password: p}",
	} {
		c := load(t, yaml)
		assert.NoError(t, c.Validate(), yaml)
	}
}

const (
	severalFault = "endpoints has several entries, and neither cluster nor master_name is set: " +
		"set cluster: true if they are seeds of a Redis Cluster, master_name if they are sentinels"
	bothFault = "cluster and master_name are both set: " +
		"keep cluster if the endpoints are seeds of a Redis Cluster, master_name if they are sentinels"
	sentinelFault = "sentinel_username or sentinel_password is set without master_name: " +
		"name the master the sentinels watch, or use username and password"
	tlsFault = "tls.insecure is true: leave tls out for plain text, " +
		"or set tls.insecure_skip_verify to accept any certificate"
	clusterDBFault = "db is 1, and a Redis Cluster has only 0: leave db out, and use prefix to keep keys apart"
)

func TestFaults(t *testing.T) {
	for yaml, want := range map[string]string{
		"{}":            "endpoints is empty: name at least one host:port",
		"endpoints: []": "endpoints is empty: name at least one host:port",
		"{endpoints: [a:1, b:1, a:1], cluster: true}": "endpoints[2] is the same as endpoints[0]: remove one",
		"{endpoints: [a:1, A:1], cluster: true}":      "endpoints[1] is the same as endpoints[0]: remove one",

		"endpoints: [a:1, b:1]":                                  severalFault,
		"{endpoints: [a:1], cluster: true, master_name: m}":      bothFault,
		"{endpoints: [a:1, b:1], cluster: true, master_name: m}": bothFault,

		"{endpoints: [a:1], sentinel_username: u, sentinel_password: p}": sentinelFault,
		"{endpoints: [a:1], sentinel_password: p}":                       sentinelFault,
		"{endpoints: [a:1], username: u}": "username is set without password: " +
			`set both, or only password for the user "default"`,
		"{endpoints: [a:1], master_name: m, sentinel_username: u}": "sentinel_username is set without sentinel_password: " +
			`set both, or only sentinel_password for the user "default"`,

		"{endpoints: [a:1], db: -1}":               "db is -1: use 0 or a higher number",
		"{endpoints: [a:1], cluster: true, db: 1}": clusterDBFault,

		"{endpoints: [a:1], tls: {insecure: true}}":                 tlsFault,
		"{endpoints: [a:1], tls: {insecure: true, ca_file: a.pem}}": tlsFault,

		"{endpoints: [a:1], timeout: 0s}":      "timeout is 0s: use 5ms to 10s",
		"{endpoints: [a:1], timeout: 4999us}":  "timeout is 4.999ms: use 5ms to 10s",
		"{endpoints: [a:1], timeout: 10001ms}": "timeout is 10.001s: use 5ms to 10s",
	} {
		c := load(t, yaml)
		assert.EqualError(t, c.Validate(), want, yaml)
	}
}

func TestEndpointFaults(t *testing.T) {
	const notHostPort = "use host:port, with a port from 1 to 65535"
	for endpoint, want := range map[string]string{
		"redis": "add :6379", "10.0.0.1": "add :6379", "::1": "write [::1]:6379", "[::1]": notHostPort,
		"": notHostPort, ":6379": notHostPort, "a:": notHostPort, "a:0": notHostPort, "a:65536": notHostPort,
		"a:-1": notHostPort, "a:redis": notHostPort, "a:1:2": notHostPort, "/run/redis.sock": notHostPort,
		" a:1": notHostPort, "a:1 ": notHostPort, "a b": notHostPort,
	} {
		c := NewDefaultConfig()
		c.Endpoints = []string{endpoint}
		assert.EqualError(t, c.Validate(), fmt.Sprintf("endpoints[0] is %q: %s", endpoint, want))
	}
}

func TestEachEndpointIsChecked(t *testing.T) {
	c := load(t, "{endpoints: [redis, a:1, '::1'], master_name: m}")
	assert.EqualError(t, c.Validate(),
		"endpoints[0] is \"redis\": add :26379\nendpoints[2] is \"::1\": write [::1]:26379")
}

func TestPrefixFaults(t *testing.T) {
	for _, prefix := range []string{"", "a{b", "a}b", "a b", "ä", "a/b", "a\n", strings.Repeat("x", 65)} {
		c := NewDefaultConfig()
		c.Endpoints, c.Prefix = []string{"a:1"}, prefix
		assert.EqualError(t, c.Validate(), fmt.Sprintf("prefix is %q: use 1 to 64 letters, digits and . _ : -", prefix))
	}
}

// A URL, or what a client of another language would take, may hold a password, which must not get into a log.
func TestURLIsNotQuoted(t *testing.T) {
	for _, endpoint := range []string{
		"redis://u:hunter2@a:6379/0", "rediss://a:6379", "unix:///run/redis.sock", "u:hunter2@a:6379", "hunter2@a:6379",
	} {
		c := NewDefaultConfig()
		c.Endpoints = []string{endpoint}
		assert.EqualError(t, c.Validate(), "endpoints[0] is a URL: write host:port, "+
			"and use the fields username, password, db and tls (rediss) for the rest")
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	c := load(t, "{endpoints: [a], cluster: true, master_name: m, username: u, db: -1, "+
		"tls: {insecure: true}, prefix: '{', timeout: 0s}")
	err := c.Validate()
	require.Error(t, err)
	for _, field := range []string{"endpoints", "cluster", "username", "db", "tls.insecure", "prefix", "timeout"} {
		assert.Regexp(t, `(?m)^`+field, err.Error())
	}
}
