// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package browser makes what a browser posts: batches of spans of about 1 kB each.
package browser

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"text/template"

	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// Encoding is one of OTLP/HTTP.
type Encoding string

// The two of them.
const (
	JSON     Encoding = "json"
	Protobuf Encoding = "protobuf"
)

// ContentType is the media type.
func (e Encoding) ContentType() string {
	if e == Protobuf {
		return "application/x-protobuf"
	}
	return "application/json"
}

// Batch says what is posted.
type Batch struct {
	Spans    int
	Encoding Encoding
}

// Post is a batch in a file.
type Post struct {
	Batch
	File        string
	Size        int // bytes
	BytesOfSpan int // in JSON, whatever the encoding; without the resource
}

func (b Batch) String() string {
	if b.Spans == 1 {
		return fmt.Sprintf("%s, posts of a single span", b.Encoding)
	}
	return fmt.Sprintf("%s, posts of %d spans", b.Encoding, b.Spans)
}

// Describe adds the sizes.
func (p Post) Describe() string {
	return fmt.Sprintf("%s: %.1f kB a post, %.2f kB of JSON a span", p, kilo(p.Size), kilo(p.BytesOfSpan))
}

func kilo(n int) float64 {
	return float64(n) / 1000
}

// Write makes a post of a batch, in a file below dir.
func (b Batch) Write(dir string) (Post, error) {
	body, bytesOfSpan, err := b.body()
	if err != nil {
		return Post{}, err
	}
	file := filepath.Join(dir, fmt.Sprintf("post-%d.%s", b.Spans, b.Encoding))
	return Post{b, file, len(body), bytesOfSpan}, os.WriteFile(file, body, 0o600)
}

// body also returns the average size of a span, which is an error unless it is about 1 kB.
func (b Batch) body() (body []byte, bytesOfSpan int, err error) {
	frame, err := renderJSON(0)
	if err != nil {
		return nil, 0, err
	}
	body, err = renderJSON(b.Spans)
	if err != nil {
		return nil, 0, err
	}
	bytesOfSpan = (len(body) - len(frame)) / b.Spans
	if bytesOfSpan < 900 || bytesOfSpan > 1100 {
		return nil, 0, fmt.Errorf("a span has %d bytes: change post.json.tmpl to make it 900 to 1100", bytesOfSpan)
	}
	if b.Encoding == Protobuf {
		body, err = toProtobuf(body)
	}
	return body, bytesOfSpan, err
}

var (
	//go:embed post.json.tmpl
	postJSON string

	postTemplate = template.Must(template.New("post.json").Parse(postJSON))
)

// renderJSON returns a post of n spans, the same whenever it is called.
func renderJSON(n int) ([]byte, error) {
	var spaced, compact bytes.Buffer
	if err := postTemplate.Execute(&spaced, inventSpans(n)); err != nil {
		return nil, err
	}
	if err := json.Compact(&compact, spaced.Bytes()); err != nil {
		return nil, fmt.Errorf("post.json.tmpl makes no JSON: %w", err)
	}
	return compact.Bytes(), nil
}

// span is what differs from span to span.
type span struct {
	TraceID, SpanID, ParentSpanID string
	Start, End                    int64
	Product, Size                 int
	FirstByte                     float64
}

// inventSpans returns spans of one page view, a few milliseconds apart.
func inventSpans(n int) []span {
	random := rand.New(rand.NewPCG(1, 2))
	page := span{
		TraceID:      fmt.Sprintf("%016x%016x", random.Uint64(), random.Uint64()),
		ParentSpanID: fmt.Sprintf("%016x", random.Uint64()),
		Start:        1795306704799000000,
	}
	spans := make([]span, n)
	for i := range spans {
		s := page
		s.SpanID = fmt.Sprintf("%016x", random.Uint64())
		s.Start += int64(i) * 7_300_000
		s.End = s.Start + 20_000_000 + random.Int64N(200)*1_000_000
		s.Product = 10_000 + random.IntN(90_000)
		s.Size = 1_000 + random.IntN(60_000)
		s.FirstByte = float64(100+random.IntN(2_000)) / 10
		spans[i] = s
	}
	return spans
}

func toProtobuf(body []byte) ([]byte, error) {
	request := ptraceotlp.NewExportRequest()
	if err := request.UnmarshalJSON(body); err != nil {
		return nil, fmt.Errorf("post.json.tmpl makes no OTLP: %w", err)
	}
	return request.MarshalProto()
}
