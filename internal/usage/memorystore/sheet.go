// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package memorystore

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// sheet is what is stored under a key: a text for each subject. Its form is a version, and then for each subject the
// organization, the token and the text, each behind its length, as protobuf has it.
type sheet map[usage.Subject]string

const version = 1

var errSheet = errors.New("it is damaged, or was written by a later version")

func (s sheet) encode() []byte {
	encoded := []byte{version}
	for subject, content := range s {
		for _, text := range [...]string{subject.Organization, subject.Token, content} {
			encoded = protowire.AppendString(encoded, text)
		}
	}
	return encoded
}

func decode(encoded []byte) (sheet, error) {
	if len(encoded) == 0 || encoded[0] != version {
		return nil, errSheet
	}
	s := sheet{}
	for rest := encoded[1:]; len(rest) > 0; {
		var texts [3]string
		for i := range texts {
			text, n := protowire.ConsumeString(rest)
			if n < 0 {
				return nil, errSheet
			}
			texts[i], rest = text, rest[n:]
		}
		s[usage.Subject{Organization: texts[0], Token: texts[1]}] = texts[2]
	}
	return s, nil
}
