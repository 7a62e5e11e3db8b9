// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// library has a field of every type that can be decoded.
type library struct {
	Owner string `yaml:"owner"`
	Books []book `yaml:"books"`
}

type book struct {
	ID              string    `yaml:"id,omitempty"`
	Title           string    `yaml:"title"`
	Kind            kind      `yaml:"kind"`
	Memo            string    `yaml:"memo"`
	Genres          []kind    `yaml:"genres"`
	Copies          *int64    `yaml:"copies"`
	CopiesPerReader *int64    `yaml:"copies_per_reader"`
	Editions        []edition `yaml:"editions"`
	Lost            bool      `yaml:"lost"`
	DueAt           time.Time `yaml:"due_at"`
}

type kind string

type edition struct {
	ISBN isbn   `yaml:"isbn"`
	Note string `yaml:"note"`
}

type isbn [13]byte

func (i *isbn) UnmarshalText(text []byte) error {
	if len(text) != len(i) {
		return errors.New("not 13 digits")
	}
	copy(i[:], text)
	return nil
}

var words = map[reflect.Type]Words{
	reflect.TypeFor[isbn](): {What: "an ISBN", Fix: "write its 13 digits"},
}

// bookWith is a file with one book: fields of its own from line 4 on.
func bookWith(lines string) string {
	return "books:\n  - kind: novel\n    # fields of its own\n    " + strings.ReplaceAll(lines, "\n", "\n    ") + "\n"
}

// bookOf returns the only book of a file without faults.
func bookOf(t *testing.T, content string) book {
	t.Helper()
	books := booksOf(t, content)
	require.Len(t, books, 1)
	return books[0]
}

func booksOf(t *testing.T, content string) []book {
	t.Helper()
	var l library
	require.Empty(t, Decode([]byte(content), &l, words).Faults)
	return l.Books
}

func faultsOf(content string) []Fault {
	return Decode([]byte(content), &library{}, words).Faults
}

func texts(faults []Fault) []string {
	var texts []string
	for _, f := range faults {
		texts = append(texts, f.String())
	}
	return texts
}

// faultTest pairs lines of one book with what is said about them.
type faultTest struct {
	name  string
	lines string
	want  []string
}

func checkBookFaults(t *testing.T, tests []faultTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, texts(faultsOf(bookWith(tt.lines))))
		})
	}
}
