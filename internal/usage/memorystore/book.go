// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package memorystore

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// book holds what there is of all subjects, page by page: by the number of the hour or the day.
type book[V any] map[int64]map[usage.Subject]V

func (b book[V]) change(page int64, s usage.Subject, change func(V) V) {
	there, ok := b[page]
	if !ok {
		there = map[usage.Subject]V{}
		b[page] = there
	}
	there[s] = change(there[s])
}

// forget drops the pages that have expired, and returns their numbers.
func (b book[V]) forget(now time.Time, expires func(page int64) time.Time) []int64 {
	var gone []int64
	for page := range b {
		if !now.Before(expires(page)) {
			delete(b, page)
			gone = append(gone, page)
		}
	}
	return gone
}

// each calls visit with what there is of subjects on some pages, and the index of the subject.
func (b book[V]) each(subjects []usage.Subject, first, last int64, visit func(i int, page int64, content V)) {
	for page, there := range b {
		if page < first || page > last {
			continue
		}
		for i, s := range subjects {
			if content, ok := there[s]; ok {
				visit(i, page, content)
			}
		}
	}
}
