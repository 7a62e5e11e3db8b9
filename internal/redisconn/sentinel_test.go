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

// The sentinels and the master they name have users of their own.
func TestSentinelsHaveTheirOwnUsers(t *testing.T) {
	endsClean(t)
	logins := make(chan string, 100)
	master := fakeRedis(t, func(_ string, command []string) string {
		if command[0] == "auth" {
			logins <- strings.Join(command, " ") + " at master"
			return "+OK\r\n"
		}
		return ":1\r\n"
	})
	sentinel := fakeRedis(t, func(_ string, command []string) string {
		if command[0] == "auth" {
			logins <- strings.Join(command, " ") + " at sentinel"
		}
		return sentinelAnswer(command, master.addr)
	})
	client := open(t, "{endpoints: ["+sentinel.addr+"], master_name: main, timeout: 10s, "+
		"username: u, password: p, sentinel_username: su, sentinel_password: sp}")
	require.NoError(t, client.Incr(t.Context(), "x").Err())
	assert.Equal(t, "auth su sp at sentinel", <-logins)
	for login := range logins { // the sentinel may be called again meanwhile
		if login != "auth su sp at sentinel" {
			assert.Equal(t, "auth u p at master", login)
			break
		}
	}
}

// sentinelAnswer knows one master, main, and no other sentinel.
func sentinelAnswer(command []string, master string) string {
	host, port, _ := strings.Cut(master, ":")
	switch strings.Join(command, " ") {
	case "sentinel get-master-addr-by-name main":
		return fmt.Sprintf("*2\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n", len(host), host, len(port), port)
	case "sentinel sentinels main":
		return "*0\r\n"
	}
	if command[0] != "subscribe" {
		return "+OK\r\n"
	}
	var reply strings.Builder
	for i, channel := range command[1:] {
		fmt.Fprintf(&reply, "*3\r\n$9\r\nsubscribe\r\n$%d\r\n%s\r\n:%d\r\n", len(channel), channel, i+1)
	}
	return reply.String()
}
