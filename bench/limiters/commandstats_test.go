// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const stats = "# Commandstats\r\n" +
	"cmdstat_evalsha:calls=20,usec=310,usec_per_call=15.50,rejected_calls=0,failed_calls=1\r\n" +
	"cmdstat_eval:calls=1,usec=90,usec_per_call=90.00,rejected_calls=0,failed_calls=0\r\n" +
	"cmdstat_get:calls=21,usec=17,usec_per_call=0.81,rejected_calls=0,failed_calls=0\r\n"

func TestCommandsOfScriptsAreNotCounted(t *testing.T) {
	sum, err := sumCommands(stats, scripted())
	require.NoError(t, err)
	assert.Equal(t, commands{21, 400 * time.Microsecond}, sum)
}

func TestCommandsThatNeverRan(t *testing.T) {
	sum, err := sumCommands(stats, envoySends())
	require.NoError(t, err)
	assert.Zero(t, sum)
}

func TestCommandsUnknownFormat(t *testing.T) {
	_, err := sumCommands("cmdstat_eval:calls=1,micros=2\r\n", scripted())
	require.ErrorContains(t, err, `no usec in "calls=1,micros=2"`)
}

func TestCPUTime(t *testing.T) {
	spent, err := cpuTime("# CPU\r\nused_cpu_sys:1.250000\r\nused_cpu_user:2.500000\r\nused_cpu_sys_children:9.0\r\n")
	require.NoError(t, err)
	assert.Equal(t, 3750*time.Millisecond, spent)
	_, err = cpuTime("")
	require.ErrorContains(t, err, "used_cpu_user")
}
