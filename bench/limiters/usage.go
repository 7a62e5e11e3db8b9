// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"runtime"
	"syscall"
	"time"
)

// usage is what this process and Redis have used so far.
type usage struct {
	mallocs  uint64
	cpu      time.Duration // of this process
	redisCPU time.Duration
	commands commands
}

func (u usage) minus(before usage) usage {
	return usage{
		mallocs:  u.mallocs - before.mallocs,
		cpu:      u.cpu - before.cpu,
		redisCPU: u.redisCPU - before.redisCPU,
		commands: commands{u.commands.calls - before.commands.calls, u.commands.spent - before.commands.spent},
	}
}

// usage counts the commands named.
func (s *redisServer) usage(ctx context.Context, sends []string) (u usage, err error) {
	info, err := s.admin.Info(ctx, "commandstats").Result()
	if err != nil {
		return u, err
	}
	if u.commands, err = sumCommands(info, sends); err != nil {
		return u, err
	}
	if info, err = s.admin.Info(ctx, "cpu").Result(); err != nil {
		return u, err
	}
	if u.redisCPU, err = cpuTime(info); err != nil {
		return u, err
	}
	u.mallocs = mallocs()
	u.cpu, err = ownCPUTime()
	return u, err
}

func mallocs() uint64 {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.Mallocs
}

func ownCPUTime() (time.Duration, error) {
	var used syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), err
}
