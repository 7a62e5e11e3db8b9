// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/rand"
	"io"
	"math"
	"os"
	"os/user"
	"runtime/debug"
	"time"

	"golang.org/x/term"
)

// surroundings are what the command touches besides the registry.
type surroundings struct {
	in          io.Reader
	out, err    io.Writer
	interactive bool // somebody is there to be asked
	width       int  // columns of out
	getenv      func(string) string
	user, host  string
	now         func() time.Time
	random      io.Reader
	version     string
}

const (
	plainWidth = 80          // of help, and of a terminal that doesn't tell
	unbounded  = math.MaxInt // what is no terminal gets a line for each record, uncut: a program may look for it
)

func ofProcess() surroundings {
	return ofFiles(os.Stdin, os.Stdout, os.Stderr)
}

// ofFiles asks through in and err: out may go into a file.
func ofFiles(in, out, err *os.File) surroundings {
	return surroundings{
		in: in, out: out, err: err,
		interactive: term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(err.Fd())),
		width:       widthOf(out),
		getenv:      os.Getenv,
		user:        userName(),
		host:        hostName(),
		now:         time.Now,
		random:      rand.Reader,
		version:     buildVersion(),
	}
}

func widthOf(out *os.File) int {
	width, _, err := term.GetSize(int(out.Fd()))
	switch {
	case err != nil:
		return unbounded
	case width <= 0:
		return plainWidth
	default:
		return width
	}
}

func userName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "unknown"
}

func hostName() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}

func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "unknown"
	}
	return info.Main.Version
}
