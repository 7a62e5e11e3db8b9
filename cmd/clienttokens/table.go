// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"slices"
	"strings"
)

// table is what people read: columns of aligned cells, no lines, no colours. Libraries (go-pretty, tablewriter) bound the
// width of a column or of the whole, but can't be told which columns to shorten first.
type table struct {
	columns []column
	rows    [][]string
	remarks map[int]string // below a row, by its number
}

// column is one of a table. One that is empty in all rows is left out.
type column struct {
	title string
	right bool

	// Where the table is too wide, columns of the lowest turn are shortened first, down to least; those of turn 0 never.
	turn, least int
}

const gap = 2

func (t *table) add(cells ...string) {
	for i, cell := range cells {
		cells[i] = plain(cell)
	}
	t.rows = append(t.rows, cells)
}

// remark says more about the last row.
func (t *table) remark(text string) {
	if text == "" {
		return
	}
	if t.remarks == nil {
		t.remarks = map[int]string{}
	}
	t.remarks[len(t.rows)-1] = plain(text)
}

func (t *table) write(out io.Writer, width int) {
	t.dropEmpty()
	widths := t.fit(width)
	titles := make([]string, len(t.columns))
	for i, c := range t.columns {
		titles[i] = c.title
	}
	t.line(out, widths, titles)
	margin := widths[0] + gap
	for i, row := range t.rows {
		t.line(out, widths, row)
		if t.remarks[i] != "" {
			for _, line := range wrap(t.remarks[i], width-margin) {
				put(out, "%s%s\n", strings.Repeat(" ", margin), line)
			}
		}
	}
}

func (t *table) dropEmpty() {
	for i := range slices.Backward(t.columns) {
		if slices.ContainsFunc(t.rows, func(row []string) bool { return row[i] != "" }) {
			continue
		}
		t.columns = slices.Delete(slices.Clone(t.columns), i, i+1)
		for j, row := range t.rows {
			t.rows[j] = slices.Delete(row, i, i+1)
		}
	}
}

func (t *table) line(out io.Writer, widths []int, row []string) {
	var b strings.Builder
	for i, cell := range row {
		if i > 0 {
			b.WriteString(strings.Repeat(" ", gap))
		}
		b.WriteString(padded(shorten(cell, widths[i]), widths[i], t.columns[i].right))
	}
	put(out, "%s\n", strings.TrimRight(b.String(), " "))
}

// fit returns the widths at which the table fits, as far as columns may be shortened.
func (t *table) fit(width int) []int {
	widths := make([]int, len(t.columns))
	total := gap * (len(t.columns) - 1)
	for i, c := range t.columns {
		widths[i] = widthOfText(c.title)
		for _, row := range t.rows {
			widths[i] = max(widths[i], widthOfText(row[i]))
		}
		total += widths[i]
	}
	for excess := total - width; excess > 0; excess-- {
		i := t.widest(widths)
		if i < 0 {
			break
		}
		widths[i]--
	}
	return widths
}

// widest returns the column whose turn it is to be shortened by one, or -1.
func (t *table) widest(widths []int) int {
	best := -1
	for i, c := range t.columns {
		if c.turn == 0 || widths[i] <= c.least {
			continue
		}
		if best < 0 || c.turn < t.columns[best].turn || c.turn == t.columns[best].turn && widths[i] > widths[best] {
			best = i
		}
	}
	return best
}
