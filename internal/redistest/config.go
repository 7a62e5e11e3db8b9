// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/freeport"
)

// Files in a server's folder.
const (
	configName = "redis.conf"
	logName    = "redis.log"
)

// defaults come first in every configuration, so that a test's own directives win.
var defaults = []string{
	"--bind", "127.0.0.1", "--protected-mode", "no", "--loglevel", "warning", "--save", "", "--appendonly", "no",
	"--repl-diskless-sync-delay", "0", // no use waiting for more replicas
}

// configure writes the configuration of a server into its folder. It is a file, not arguments, so that a sentinel and
// CONFIG REWRITE can change it, and a restarted server knows whose replica it became.
func configure(dir string, directives ...string) error {
	var b strings.Builder
	for _, argument := range slices.Concat(defaults, directives) {
		if name, ok := strings.CutPrefix(argument, "--"); ok {
			b.WriteString("\n" + name)
		} else {
			b.WriteString(" " + strconv.Quote(argument))
		}
	}
	b.WriteString("\n")
	return os.WriteFile(filepath.Join(dir, configName), []byte(b.String()), 0o600)
}

// ports returns the directives that give each of the names a free port.
func ports(names ...string) ([]string, error) {
	free, err := freeport.Ports(len(names))
	var directives []string
	for i, port := range free {
		directives = append(directives, "--"+names[i], strconv.Itoa(port))
	}
	return directives, err
}

// value returns the value of a directive, or nothing if it isn't there.
func value(directives []string, name string) string {
	if i := slices.Index(directives, "--"+name); i >= 0 && i+1 < len(directives) {
		return directives[i+1]
	}
	return ""
}
