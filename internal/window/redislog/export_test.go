// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog

// SetNow has calls run at the time that now returns, in microseconds since 1970, instead of the server's.
func (c *Client) SetNow(now func() int64) { c.now = now }
