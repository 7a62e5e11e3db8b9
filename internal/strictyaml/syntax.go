// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readNode returns the root of a file's only document, nil if there is nothing in it.
func readNode(content []byte) (*yaml.Node, *Fault) {
	lines := &lineReader{rest: content}
	decoder := yaml.NewDecoder(lines)
	doc, err := nextDocument(decoder)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	var next *yaml.Node
	if err == nil {
		next, err = nextDocument(decoder)
	}
	switch {
	case errors.Is(err, io.EOF):
		return resolve(doc.Content[0]), nil
	case err != nil:
		return nil, syntaxFault(err, lines.line)
	}
	return nil, &Fault{next.Line, "", "another YAML document starts", "keep one, and remove the --- between them"}
}

// nextDocument survives the library, which panics where it doubts itself. Whoever writes the file must not be able to
// stop the Collector.
func nextDocument(decoder *yaml.Decoder) (doc *yaml.Node, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the parser gave up")
		}
	}()
	doc = &yaml.Node{}
	err = decoder.Decode(doc)
	return doc, err
}

// syntaxFault says where reading had come to: the library names the line before the list or mapping in which something
// is wrong, which may be thousands above. Only of an open quote it knows better. Its word on anchors is replaced, as it
// repeats a name from the file: behind a stray * that could be a secret.
func syntaxFault(err error, line int) *Fault {
	problem := strings.TrimPrefix(err.Error(), "yaml: ")
	var start int
	if n, _ := fmt.Sscanf(problem, "line %d: ", &start); n == 1 {
		_, problem, _ = strings.Cut(problem, ": ")
	}
	const fix = "correct this line or what is just above it"
	switch {
	case strings.Contains(problem, "anchor"):
		return &Fault{line, "", "an alias (*) has no anchor (&)", fix + "; put a text that starts with * in quotes"}
	case start > 0 && strings.Contains(problem, "end of stream"):
		return &Fault{start, "", "YAML syntax: a quote is not closed", "close it"}
	}
	return &Fault{line, "", "YAML syntax: " + problem, fix}
}

// lineReader hands out one line at a time, so that it knows how far its reader got.
type lineReader struct {
	rest []byte
	line int
	in   bool // in the midst of a line
}

func (r *lineReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	if !r.in {
		r.line++
	}
	end := bytes.IndexByte(r.rest, '\n') + 1
	r.in = end == 0 || end > len(p)
	if end == 0 {
		end = len(r.rest)
	}
	n := copy(p, r.rest[:end])
	r.rest = r.rest[n:]
	return n, nil
}
