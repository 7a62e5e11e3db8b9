// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisconn

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

func (c *Config) validateEndpoints() error {
	if len(c.Endpoints) == 0 {
		return errors.New("endpoints is empty: name at least one host:port")
	}
	var faults []error
	seen := make(map[string]int, len(c.Endpoints))
	for i, endpoint := range c.Endpoints {
		faults = append(faults, c.validateEndpoint(i))
		host := strings.ToLower(endpoint)
		if first, ok := seen[host]; ok {
			faults = append(faults, fmt.Errorf("endpoints[%d] is the same as endpoints[%d]: remove one", i, first))
			continue
		}
		seen[host] = i
	}
	return errors.Join(faults...)
}

func (c *Config) validateEndpoint(i int) error {
	endpoint := c.Endpoints[i]
	if strings.Contains(endpoint, "://") || strings.Contains(endpoint, "@") {
		// Not quoted: there may be a password in it.
		return fmt.Errorf("endpoints[%d] is a URL: write host:port, "+
			"and use the fields username, password, db and tls (rediss) for the rest", i)
	}
	if isHostPort(endpoint) {
		return nil
	}
	return fmt.Errorf("endpoints[%d] is %q: %s", i, endpoint, c.endpointFix(endpoint))
}

func isHostPort(endpoint string) bool {
	host, port, err := net.SplitHostPort(endpoint)
	if err != nil || !isHost(host) {
		return false
	}
	number, err := strconv.ParseUint(port, 10, 16)
	return err == nil && number > 0
}

func isHost(host string) bool {
	return host != "" && !strings.ContainsAny(host, "/ \t\r\n")
}

func (c *Config) endpointFix(endpoint string) string {
	if addr, err := netip.ParseAddr(endpoint); err == nil && addr.Is6() {
		return fmt.Sprintf("write [%s]:%d", endpoint, c.usualPort())
	}
	if isHost(endpoint) && !strings.Contains(endpoint, ":") {
		return fmt.Sprintf("add :%d", c.usualPort())
	}
	return "use host:port, with a port from 1 to 65535"
}

func (c *Config) usualPort() int {
	if c.MasterName != "" {
		return 26379
	}
	return 6379
}
