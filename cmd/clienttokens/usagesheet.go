// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/amount"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

func (c *cli) writeUsage(w io.Writer, t *token.Token, owner *token.Organization, u *used, a *asked) {
	s := &sheet{}
	s.add("token", t.ID)
	s.add("organization", nameOfOrganization(owner))
	c.addCounts(s, u.From, &u.Totals, a)
	s.add("last used", c.lastUse(u.LastUsedAt))
	s.add("secrets", c.secretUses(u.Secrets)...)
	s.write(w, c.width)
	c.writeSteps(w, u.Buckets, a.step > 0)
	c.writeOrigins(w, u.Origins)
	c.writeSampling(w, u.Sampling)
}

func (c *cli) addCounts(s *sheet, from time.Time, n *usage.Counts, a *asked) {
	s.add("since", momentOf(from)+" ("+distance(c.now(), from)+")")
	if n.IsZero() {
		nothing := "nothing that is known here"
		if a.redis == "" {
			nothing += "; if usage has a Redis of its own, name that by --usage-redis"
		}
		s.add("sent", nothing)
		return
	}
	s.add("admitted", count(int(n.Admitted), "span"))
	s.add("refused", refusedLines(&n.Refused)...)
	if n.ShedEstimated > 0 {
		s.add("shed", "about "+count(int(n.ShedEstimated), "span")+", in requests that were refused unread")
	}
	s.add("unread", unreadLines(n.RequestsRefused.ByName())...)
}

// unreadLines are requests by the reason why nobody read them.
func unreadLines(requests map[string]int64) []string {
	var lines []string
	for _, reason := range slices.Sorted(maps.Keys(requests)) {
		lines = append(lines, count(int(requests[reason]), "request")+": "+reason)
	}
	return lines
}

// refusedLines are of the scopes that refused something.
func refusedLines(r *usage.Refused) []string {
	var lines []string
	for _, scope := range []struct {
		spans int64
		by    string
	}{
		{r.Token, "by the limit of a token"},
		{r.Organization, "by the limit of the organization"},
		{r.Client, "by the limit of a client"},
		{r.Batch, "in batches larger than a limit"},
		{r.Unavailable, "while Redis was away"},
	} {
		if scope.spans > 0 {
			lines = append(lines, count(int(scope.spans), "span")+" "+scope.by)
		}
	}
	return lines
}

func (c *cli) secretUses(secrets []office.Secret) []string {
	var lines []string
	for _, s := range secrets {
		name := "no hint"
		if s.Hint != "" {
			name = "…" + s.Hint
		}
		lines = append(lines, name+", last used "+c.lastUse(s.LastUsedAt))
	}
	return lines
}

func (c *cli) lastUse(at time.Time) string {
	if at.IsZero() {
		return "never, as far as is known"
	}
	return momentOf(at) + " (" + distance(c.now(), at) + ")"
}

// writeSteps leaves out those in which nothing was sent.
func (c *cli) writeSteps(w io.Writer, buckets []usage.Bucket, wanted bool) {
	t := table{columns: []column{
		{title: "FROM (UTC)"},
		{title: "ADMITTED", right: true},
		{title: "REFUSED", right: true},
		{title: "SHED", right: true},
		{title: "UNREAD", right: true},
	}}
	for i := range buckets {
		if b := &buckets[i]; !b.IsZero() {
			t.add(b.Start.UTC().Format("2006-01-02 15:04"), amount.Grouped(b.Admitted), amount.Grouped(b.Refused.Total()),
				amount.Grouped(b.ShedEstimated), amount.Grouped(b.RequestsRefused.Total()))
		}
	}
	if wanted && len(t.rows) > 0 {
		put(w, "\n")
		t.write(w, c.width)
	}
}

func (c *cli) writeOrigins(w io.Writer, origins []usage.Origin) {
	if len(origins) == 0 {
		return
	}
	t := table{columns: []column{
		{title: "ORIGIN", turn: 1, least: 20},
		{title: "ALLOWED", right: true},
		{title: "REFUSED", right: true},
		{title: "REPORTED", right: true},
	}}
	for _, o := range origins {
		t.add(o.Origin, amount.Grouped(o.Allowed), amount.Grouped(o.Refused), amount.Grouped(o.Reported))
	}
	put(w, "\n")
	t.write(w, c.width)
}

// writeSampling puts the comment of the line to paste above it.
func (c *cli) writeSampling(w io.Writer, s *advice.WordedSampling) {
	if s == nil {
		return
	}
	put(w, "\n")
	c.say(w, "Advice: %s.", s.Text)
	if code, comment, _ := strings.Cut(s.Line, " // "); code != "" {
		put(w, "\n  // %s\n  %s\n", comment, code)
	}
}
