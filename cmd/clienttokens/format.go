// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"go.yaml.in/yaml/v3"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// format is how results are written.
type format string

const (
	formatTable format = "table"
	formatJSON  format = "json"
	formatYAML  format = "yaml"
)

// Set implements pflag.Value.
func (f *format) Set(text string) error {
	switch format(text) {
	case formatTable, formatJSON, formatYAML:
		*f = format(text)
		return nil
	}
	return errors.New("write table, json or yaml")
}

// String implements pflag.Value.
func (f *format) String() string { return string(*f) }

// Type implements pflag.Value.
func (*format) Type() string { return "FORMAT" }

// print writes a record for programs, or what people are shown in its place.
func (c *cli) print(record any, people func(io.Writer)) error {
	var text bytes.Buffer
	var err error
	switch c.output {
	case formatJSON:
		err = writeJSON(&text, record)
	case formatYAML:
		err = writeYAML(&text, record)
	default:
		people(&text)
	}
	if err != nil {
		return err
	}
	_, err = c.out.Write(text.Bytes())
	return err
}

func writeJSON(w io.Writer, record any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(record)
}

func writeYAML(w io.Writer, record any) error {
	encoder := yaml.NewEncoder(w)
	encoder.SetIndent(2)
	if err := encoder.Encode(record); err != nil {
		return err
	}
	return encoder.Close()
}

// asJSON is a record of the API, written in YAML as in JSON: same fields, same order.
type asJSON struct{ record any }

// MarshalJSON implements json.Marshaler.
func (a asJSON) MarshalJSON() ([]byte, error) { return json.Marshal(a.record) }

// MarshalYAML implements yaml.Marshaler. JSON is YAML in another style.
func (a asJSON) MarshalYAML() (any, error) {
	text, err := json.Marshal(a.record)
	if err != nil {
		return nil, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	unstyle(&document)
	return document.Content[0], nil
}

func unstyle(n *yaml.Node) {
	n.Style = 0
	for _, child := range n.Content {
		unstyle(child)
	}
}

// withSecret is a token's record and, once, its secret.
type withSecret struct {
	token.Token
	Secret string `json:"secret"` // hides that of the record, which never prints
}

// MarshalYAML adds the secret at the end: package yaml refuses two fields of one name.
func (w withSecret) MarshalYAML() (any, error) {
	var record, secret yaml.Node
	if err := record.Encode(w.Token); err != nil {
		return nil, err
	}
	if err := secret.Encode(map[string]string{"secret": w.Secret}); err != nil {
		return nil, err
	}
	record.Content = append(record.Content, secret.Content...)
	return &record, nil
}
