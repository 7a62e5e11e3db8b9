// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// Paging is which part of a list somebody wants.
type Paging struct {
	After string // the Next of the page before; "" for the first one
	Limit int    // 1 to MaxPage; 0 is DefaultPage
}

// How many records a page has.
const (
	DefaultPage = 50
	MaxPage     = 500
)

// Query is the record of a *lifecycle.InvalidError whose fields are parameters.
const Query = "the query"

// Page is a part of a list.
type Page[T any] struct {
	Items []T
	Total int    // in all pages
	Next  string // After of the next page; "" if this is the last one
}

// keyed is a record with the place that it has in a list. Places are texts, and no two the same, so that a page goes on
// behind the one before whatever has come and gone meanwhile.
type keyed[T any] struct {
	place  string
	record T
}

// place puts what a list is sorted by in front of what no two records have in common.
func place(key, id string) string {
	return key + "\x00" + id
}

func paginate[T any](all []keyed[T], p Paging, descending bool) (Page[T], error) {
	after, err := p.check()
	if err != nil {
		return Page[T]{}, err
	}
	slices.SortFunc(all, func(a, b keyed[T]) int { return compare(a.place, b.place, descending) })
	start := 0
	if p.After != "" {
		start, _ = slices.BinarySearchFunc(all, after, func(k keyed[T], after string) int {
			return compare(k.place, after, descending)
		})
		if start < len(all) && all[start].place == after {
			start++
		}
	}
	part := all[start:min(start+p.Limit, len(all))]
	page := Page[T]{Items: make([]T, len(part)), Total: len(all)}
	for i, k := range part {
		page.Items[i] = k.record
	}
	if len(part) > 0 && start+len(part) < len(all) {
		page.Next = base64.RawURLEncoding.EncodeToString([]byte(part[len(part)-1].place))
	}
	return page, nil
}

func compare(a, b string, descending bool) int {
	if descending {
		a, b = b, a
	}
	return strings.Compare(a, b)
}

// check fills in the default, and returns the place that the page before ended with.
func (p *Paging) check() (after string, err error) {
	var faults []registry.Fault
	if p.Limit == 0 {
		p.Limit = DefaultPage
	}
	if p.Limit < 1 || p.Limit > MaxPage {
		faults = append(faults, registry.Fault{
			Field: "limit", Problem: fmt.Sprintf("is not 1 to %d", MaxPage), Fix: "correct it, or leave it out",
		})
	}
	text, err := base64.RawURLEncoding.DecodeString(p.After)
	if err != nil {
		faults = append(faults, registry.Fault{
			Field: "after", Problem: "is not what a page before said", Fix: "follow its next, or leave it out",
		})
	}
	if len(faults) > 0 {
		return "", &lifecycle.InvalidError{Record: Query, Faults: faults}
	}
	return string(text), nil
}
