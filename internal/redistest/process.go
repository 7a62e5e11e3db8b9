// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// process is a running redis-server.
type process struct {
	command *exec.Cmd
	exited  chan struct{} // closed when it is gone
}

// run starts redis-server with the configuration in a folder. What it logs is added to a file there.
func run(dir string, flags ...string) (*process, error) {
	log, err := os.OpenFile(filepath.Join(dir, logName), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // the process has its own
	p := &process{
		command: exec.Command("redis-server", append([]string{configName}, flags...)...), //nolint:gosec // our own flags
		exited:  make(chan struct{}),
	}
	p.command.Dir, p.command.Stdout, p.command.Stderr, p.command.SysProcAttr = dir, log, log, attributes()
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.command.Wait() // it was killed, or the log says why
		close(p.exited)
	}()
	return p, nil
}

// running reports whether it wasn't seen to end.
func (p *process) running() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// kill ends the process, stopped or not, and waits until it is gone. The group has its children: a snapshot may be
// under way, and would still write to the folder.
func (p *process) kill() {
	_ = syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL) // fails if it is gone
	<-p.exited
}

// pause stops the process and waits until it stands still: before that it may still answer.
func (p *process) pause() error {
	if err := p.command.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	for {
		var status syscall.WaitStatus
		_, err := syscall.Wait4(p.command.Process.Pid, &status, syscall.WUNTRACED, nil)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

func (p *process) resume() error {
	return p.command.Process.Signal(syscall.SIGCONT)
}
