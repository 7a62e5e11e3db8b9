// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package freeport finds loopback ports for the servers that tests and benchmarks start.
package freeport

import (
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"sync/atomic"
)

// Ports are looked for from here up to below 32768: from there on an outgoing connection may get one by chance, between
// the moment it is found and the moment the server has it.
const (
	lowest = 10_000
	beyond = 32_768
	spread = beyond - lowest - 4_000 // what a process may need is left above its start
)

// last is the last port tried. Ports are taken in turn, so that tests running side by side don't get the same; the start
// is random, since packages are tested in processes of their own.
var last atomic.Int64

func init() {
	last.Store(lowest + rand.Int64N(spread)) //nolint:gosec // a port is no secret
}

// Ports returns n ports of 127.0.0.1 that nobody listens on, no two calls the same.
func Ports(n int) ([]int, error) {
	var ports []int
	for len(ports) < n {
		port := int(last.Add(1))
		if port >= beyond {
			return nil, errors.New("no free port found below 32768")
		}
		if listener, err := net.Listen("tcp", address(port)); err == nil {
			_ = listener.Close()
			ports = append(ports, port)
		}
	}
	return ports, nil
}

// Addresses returns the same as host:port.
func Addresses(n int) ([]string, error) {
	ports, err := Ports(n)
	addresses := make([]string, len(ports))
	for i, port := range ports {
		addresses[i] = address(port)
	}
	return addresses, err
}

func address(port int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}
