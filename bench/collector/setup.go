// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package collector

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

var (
	//go:embed collector.yaml.tmpl
	collectorYAML string

	configTemplate = template.Must(template.New("collector.yaml").Parse(collectorYAML))
)

// Setup says which Collector is started, and how.
type Setup struct {
	Program string // path
	Dir     string // for its files
	CPUs    string // those it may use, as taskset takes them; empty = all
	Door    string // how client_token_auth stands in front of the receiver; empty = our parts are left out
	Usage   string // what client_token_auth does about usage; empty = by default, in memory
	Tokens  []byte // the registry's file
}

// Middlewares is the recommended Door.
const Middlewares = "middlewares: [{id: client_token_auth}]"

// writeConfig returns the path of the configuration.
func (s Setup) writeConfig(port, metricsPort int) (string, error) {
	tokens := filepath.Join(s.Dir, fmt.Sprintf("tokens-%d.yaml", port))
	if err := os.WriteFile(tokens, s.Tokens, 0o600); err != nil {
		return "", err
	}
	path := filepath.Join(s.Dir, fmt.Sprintf("collector-%d.yaml", port))
	file, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	return path, configTemplate.Execute(file, map[string]any{
		"Door": s.Door, "Usage": s.Usage, "Tokens": tokens, "Port": port, "MetricsPort": metricsPort,
	})
}

func (s Setup) command(config string) []string {
	command := []string{s.Program, "--config", config}
	if s.CPUs == "" {
		return command
	}
	return append([]string{"taskset", "--cpu-list", s.CPUs}, command...)
}

// Find is an error if there is no such program.
func Find(program string) error {
	if _, err := os.Stat(program); err != nil {
		return fmt.Errorf("no Collector to measure (%w): run `make build` and start this in the repository's root", err)
	}
	return nil
}
