// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"fmt"
	"html/template"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/amount"
)

// functions are what templates need to write numbers and times for people.
var functions = template.FuncMap{
	"count":      count,
	"limit":      limit,
	"short":      short,
	"percent":    percent,
	"moment":     moment,
	"day":        day,
	"iso":        iso,
	"ago":        ago,
	"path":       url.PathEscape,
	"label":      label,
	"lower":      strings.ToLower,
	"sentence":   sentence,
	"difference": difference,
	"told":       told,
	"faultsOf":   func(f faults, name string) fieldFaults { return fieldFaults{f, name} },
	"list":       func(items ...string) []string { return items },
}

// count writes a number with commas.
func count(n any) string {
	whole, ok := n.(int64)
	switch n := n.(type) {
	case int:
		whole, ok = int64(n), true
	case float64:
		whole, ok = int64(math.Round(n)), true
	}
	if !ok {
		return fmt.Sprint(n)
	}
	return amount.Grouped(whole)
}

// short writes a number in three digits or so.
func short(n float64) string {
	for _, unit := range [...]struct {
		sign string
		size float64
	}{{"G", 1e9}, {"M", 1e6}, {"k", 1e3}} {
		if n >= unit.size {
			return strconv.FormatFloat(math.Round(n/unit.size*100)/100, 'f', -1, 64) + unit.sign
		}
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// limit writes a limit, or that there is none.
func limit(n *int64) string {
	if n == nil {
		return "no limit"
	}
	return count(*n) + " a minute"
}

// percent writes a share, of which small ones are not nothing.
func percent(share float64) string {
	switch {
	case share <= 0:
		return "0 %"
	case share < 0.01:
		return "under 1 %"
	default:
		return strconv.FormatFloat(math.Round(share*100), 'f', -1, 64) + " %"
	}
}

// moment writes a time to the minute, in UTC like all that is counted by the minute.
func moment(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2 Jan 2006, 15:04 UTC")
}

func day(t time.Time) string {
	return t.UTC().Format("2 Jan 2006")
}

// iso writes a time for programs.
func iso(t time.Time) string {
	return t.UTC().Format(time.RFC3339)
}

// ago writes how long a time lies behind another one, or before it.
func ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < 0:
		return "in " + span(-d)
	case d < time.Minute:
		return "just now"
	default:
		return span(d) + " ago"
	}
}

// span writes a duration by its largest unit.
func span(d time.Duration) string {
	for _, unit := range [...]struct {
		name   string
		length time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		if n := int64(d / unit.length); n == 1 {
			return "1 " + unit.name
		} else if n > 1 {
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return "less than a minute"
}

// label writes a name of the API for people: old_secret is "old secret".
func label(name any) string {
	return strings.ReplaceAll(fmt.Sprint(name), "_", " ")
}

// sentence begins a text with a capital, and ends it.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + strings.TrimRight(text[size:], ".") + "."
}

// fieldFaults are those of a form, and the field that is asked about.
type fieldFaults struct {
	Faults faults
	Name   string
}
