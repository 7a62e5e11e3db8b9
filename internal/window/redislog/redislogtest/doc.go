// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package redislogtest says a second time what the script of package redislog does, in plain Go: the tests compare the
// two, and those of the layers above take it for a Redis server that is quick and whose clock they set.
package redislogtest
