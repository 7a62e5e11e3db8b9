// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package redistest

import "syscall"

// attributes puts a server into a process group of its own. Only Linux can tie its life to the test's process.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
