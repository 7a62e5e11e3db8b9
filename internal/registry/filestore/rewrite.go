// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// rewrite returns a file's content with what the draft changes, and everything else as it is, nil being that of a new
// file. Where lines can't be changed alone, the whole file is written anew, which keeps the comments that the library
// knows of, but no blank lines.
func (d *draft) rewrite(content []byte) ([]byte, error) {
	if content == nil {
		encoded, err := d.encode()
		return d.verified(encoded, err)
	}
	body, restore := plain(string(content))
	var doc yaml.Node
	if yaml.Unmarshal([]byte(body), &doc) != nil || len(doc.Content) != 1 {
		return nil, d.byHand()
	}
	root, merger := doc.Content[0], newMerger()
	merged := merger.file(root, d)
	if spliced, ok := splice(body, root, merged, merger.was); ok {
		if spliced := restore(spliced); d.describes(spliced) {
			return spliced, nil
		}
	}
	if strings.Contains(body, "\r") {
		return nil, d.byHand() // it would lose comments
	}
	doc.Content[0] = merged
	encoded, err := indentation(2).encode(&doc)
	return d.verified(restore(string(encoded)), err)
}

// plain takes off what some editors put around text: a byte order mark, and carriage returns if all lines have them.
func plain(content string) (body string, restore func(string) []byte) {
	const mark = "\ufeff"
	body, marked := strings.CutPrefix(content, mark)
	returns := strings.Contains(body, "\r\n") && strings.Count(body, "\r\n") == strings.Count(body, "\n")
	if returns {
		body = strings.ReplaceAll(body, "\r\n", "\n")
	}
	return body, func(body string) []byte {
		if returns {
			body = strings.ReplaceAll(body, "\n", "\r\n")
		}
		if marked {
			body = mark + body
		}
		return []byte(body)
	}
}

// verified lets a content pass that says exactly what the draft does.
func (d *draft) verified(content []byte, err error) ([]byte, error) {
	if err != nil || !d.describes(content) {
		return nil, d.byHand()
	}
	return content, nil
}

// byHand is the error of a file in which a record can't be changed without changing others, or not at all.
func (d *draft) byHand() error {
	var names []string
	for _, list := range d.lists() {
		for _, e := range list {
			if e.is != e.was {
				names = append(names, e.String())
			}
		}
	}
	return fmt.Errorf("%s can't be changed by a program: other records share what is written there (anchors, aliases, "+
		"merge keys), or it is written in an unusual way: edit the file by hand; nothing was written",
		strings.Join(names, ", "))
}
