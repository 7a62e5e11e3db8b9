// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package memorystore

import (
	"maps"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// book holds the pages of all subjects, by their numbers.
type book struct {
	grain usage.Grain
	pages map[int64]map[usage.Subject]usage.Page
}

func newBook(g usage.Grain) book {
	return book{grain: g, pages: map[int64]map[usage.Subject]usage.Page{}}
}

func (b *book) add(now time.Time, d *usage.Delta) {
	if d.IsZero() {
		return
	}
	number, slot := b.grain.At(now)
	pages := entry(b.pages, number)
	pages[d.Subject] = pages[d.Subject].Add(slot, &d.Counts)
}

// forget drops the pages that have expired.
func (b *book) forget(now time.Time) {
	maps.DeleteFunc(b.pages, func(number int64, _ map[usage.Subject]usage.Page) bool {
		return !now.Before(b.grain.Expires(number))
	})
}

// each calls visit with the pages of a subject in a period. That may be long: it is what is there that is looked at.
func (b *book) each(subject usage.Subject, first, last int64, visit func(number int64, content usage.Page)) {
	for number, pages := range b.pages {
		if number >= first && number <= last {
			visit(number, pages[subject])
		}
	}
}
