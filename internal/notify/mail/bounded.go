// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package mail

import (
	"errors"
	"net"
	"strings"
)

const (
	maxRead = 1 << 20 // bytes, for a mail
	maxText = 500     // bytes of an error, which may be whatever a server says
)

var errTalkative = errors.New("the mail server says more than any answer needs")

// boundedConn reads so many bytes and no more: answers are kept in memory until their end.
type boundedConn struct {
	net.Conn

	left int
}

func (c *boundedConn) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTalkative
	}
	n, err := c.Conn.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

// briefError is an error whose text is fit for a line in a log.
type briefError struct{ error }

func (e briefError) Error() string {
	text := e.error.Error()
	if len(text) > maxText {
		return strings.ToValidUTF8(text[:maxText], "") + "…"
	}
	return text
}

func (e briefError) Unwrap() error { return e.error }
