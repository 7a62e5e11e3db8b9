// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Fields are those of a record that everybody may see who may see the record, by their names.
type Fields map[string]json.RawMessage

// maxValue bounds what is kept of one field, in bytes: lists can be of any length.
const maxValue = 8 << 10

// secret is what can be told of one.
type secret struct {
	Hint      string    `json:"hint,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
}

// fieldsOf returns all fields of a record as they are kept, digests included: not to be shown. What can't be written,
// such as a time beyond the year 9999, is never stored either.
func fieldsOf(record any) Fields {
	var fields Fields
	text, err := encode(record)
	if err != nil || json.Unmarshal(text, &fields) != nil {
		return nil
	}
	delete(fields, "id")
	delete(fields, "secret")
	return fields
}

// encode leaves strings as they are: no browser reads them here.
func encode(value any) (json.RawMessage, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// differing returns the fields of two records that are not the same.
func differing(before, after Fields) (was, is Fields) {
	was, is = Fields{}, Fields{}
	for name, value := range before {
		if !bytes.Equal(value, after[name]) {
			was[name] = value
		}
	}
	for name, value := range after {
		if !bytes.Equal(value, before[name]) {
			is[name] = value
		}
	}
	return was, is
}

// public hides the digests of secrets, and leaves out what is very long.
func (f Fields) public() Fields {
	if secrets, ok := f["secrets"]; ok {
		f["secrets"] = shown(secrets)
	}
	for name, value := range f {
		if len(value) > maxValue {
			f[name], _ = encode(fmt.Sprintf("(%d bytes)", len(value)))
		}
	}
	return f
}

// shown names what is told of secrets: what may come to their records is not told.
func shown(secrets json.RawMessage) json.RawMessage {
	var kept []token.Secret
	if json.Unmarshal(secrets, &kept) != nil {
		return json.RawMessage("[]")
	}
	list := make([]secret, len(kept))
	for i, s := range kept {
		list[i] = secret{s.Hint, s.CreatedAt, s.ExpiresAt}
	}
	text, _ := encode(list)
	return text
}

func (f Fields) text(name string) string {
	var text string
	_ = json.Unmarshal(f[name], &text)
	return text
}

// MarshalYAML implements yaml.Marshaler: JSON is YAML, and is written in the style of the rest.
func (f Fields) MarshalYAML() (any, error) {
	text, err := encode(map[string]json.RawMessage(f))
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	plain(&doc)
	return doc.Content[0], nil
}

func plain(n *yaml.Node) {
	n.Style = 0
	for _, child := range n.Content {
		plain(child)
	}
}
