// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/memorystore"
)

// made is the sample of a moment.
type made struct {
	*registry.Contents

	directory string
	now       time.Time
	usage     *memorystore.Store
}

func makeSample(t *testing.T, now time.Time) made {
	t.Helper()
	m := made{directory: t.TempDir(), now: now}
	require.NoError(t, sample(t.Context(), "../tokens.yaml", m.directory, now))
	var err error
	m.Contents, err = m.store().Contents(t.Context())
	require.NoError(t, err)
	assert.Empty(t, m.Warnings)
	client, err := openStorage(t.Context(), filepath.Join(m.directory, "usage"))
	require.NoError(t, err)
	m.usage, err = memorystore.Open(t.Context(), client, func() time.Time { return now })
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, m.usage.Close(t.Context())) })
	return m
}

func (m made) store() *filestore.Store {
	return filestore.Open(filepath.Join(m.directory, "tokens.yaml"), filestore.Options{})
}

func (m made) subjects(organization string) (tokens []usage.Subject) {
	for _, t := range m.Tokens {
		if t.Organization == organization {
			tokens = append(tokens, usage.Subject{Organization: organization, Token: t.ID})
		}
	}
	return tokens
}

// Whenever the example is started, it shows each warning at one token, and usage that could have been.
func TestSample(t *testing.T) {
	t.Parallel()
	for name, now := range map[string]time.Time{
		"at night":            time.Date(2026, 11, 23, 0, 0, 30, 0, time.UTC),
		"on a busy afternoon": time.Date(2027, 3, 3, 14, 20, 0, 0, time.UTC),
		"late on a Sunday":    time.Date(2028, 2, 27, 23, 59, 59, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := makeSample(t, now)
			m.checkStates(t)
			m.checkSums(t)
			m.checkOrigins(t)
			m.checkAudit(t)
		})
	}
}

func (m made) checkStates(t *testing.T) {
	t.Helper()
	found, disabled, rotating := map[advice.Kind]string{}, 0, 0
	for _, r := range m.Tokens {
		owner, _ := m.Organization(r.Organization)
		subject := usage.Subject{Organization: r.Organization, Token: r.ID}
		totals, err := m.usage.Totals(t.Context(), usage.LastDay(m.now), subject)
		require.NoError(t, err)
		last, err := m.usage.LastUse(t.Context(), subject)
		require.NoError(t, err)
		use := advice.Use{Last: last[0].Token, Counted: true, LastDay: totals[0]}
		for _, w := range append(advice.Lint(r.Token, owner.Organization, m.now), advice.Used(r.Token, &use, m.now)...) {
			assert.Empty(t, found[w.Kind], "%s, too: %s", r.ID, w.Text())
			found[w.Kind] = r.ID
		}
		if r.Disabled {
			disabled++
			assert.Positive(t, totals[0].RequestsRefused[usage.Disabled])
		}
		if len(r.Secrets) == 2 {
			rotating++
			assert.Len(t, advice.Living(r.Token, m.now), 2)
			assert.Len(t, last[0].Secrets, 2)
			for _, at := range last[0].Secrets {
				assert.WithinDuration(t, m.now, at, 2*time.Hour, "both are used")
			}
		}
	}
	assert.Equal(t, map[advice.Kind]string{
		advice.OldSecret: "store-metrics", advice.Expiring: "kiosk-app", advice.Unused: "spring-campaign",
		advice.LowLimit: "help-widget", advice.AnyOrigin: "blog-web", advice.HeavilyRefused: "checkout-web",
	}, found)
	assert.Equal(t, 1, disabled)
	assert.Equal(t, 1, rotating)
}

// checkSums reads by the minute and by the hour what the console reads.
func (m made) checkSums(t *testing.T) {
	t.Helper()
	for name, from := range map[string]time.Duration{"minutes": usage.MinutesKept, "hours": usage.HoursKept} {
		step := map[string]time.Duration{"minutes": time.Minute, "hours": time.Hour}[name]
		period, err := usage.NewPeriod(m.now.Add(-from), m.now, step, m.now)
		require.NoError(t, err)
		for _, o := range m.Organizations {
			tokens, err := m.usage.Series(t.Context(), period, m.subjects(o.ID)...)
			require.NoError(t, err)
			whole, err := m.usage.Series(t.Context(), period, usage.Subject{Organization: o.ID})
			require.NoError(t, err)
			for i, b := range whole[0].Buckets {
				var sum usage.Counts
				for _, s := range tokens {
					sum.Add(&s.Buckets[i].Counts)
				}
				require.Equal(t, b.Counts, sum, "%s of %s at %s", name, o.ID, b.Start)
				over := b.Start.Add(step).After(m.now)
				require.Equal(t, !over || b.Start.Add(time.Minute).Before(m.now), b.Admitted > 0, "at %s", b.Start)
			}
		}
	}
}

func (m made) checkOrigins(t *testing.T) {
	t.Helper()
	for _, r := range m.Tokens {
		seen, err := m.usage.Origins(t.Context(), usage.Subject{Organization: r.Organization, Token: r.ID}, m.now.Add(-7*day))
		require.NoError(t, err)
		patterns := []origin.Pattern{}
		for _, text := range r.AllowedOrigins {
			p, err := origin.ParsePattern(text)
			require.NoError(t, err)
			patterns = append(patterns, p)
		}
		allowed := origin.NewSet(patterns)
		for _, o := range seen {
			parsed, err := origin.Parse([]string{o.Origin})
			require.NoError(t, err)
			assert.Equal(t, allowed.Match(parsed), o.Allowed > 0, "%s from %s", r.ID, o.Origin)
			assert.Equal(t, !allowed.Match(parsed), o.Refused > 0, "%s from %s", r.ID, o.Origin)
		}
		assert.Equal(t, r.Kind == token.KindWeb && r.ID != "spring-campaign", len(seen) > 0, r.ID)
	}
}

// The audit tells of all that made the tokens, in order, and of no edits by hand.
func (m made) checkAudit(t *testing.T) {
	t.Helper()
	entries, err := m.store().Audit(t.Context(), audit.Query{OldestFirst: true})
	require.NoError(t, err)
	require.Len(t, entries, len(history))
	for i, e := range entries {
		assert.Equal(t, history[i].by, e.By)
		assert.True(t, e.At.Before(m.now))
		assert.True(t, i == 0 || entries[i-1].At.Before(e.At))
	}
}

// In no minute of the month more is admitted than a limit allows, on whatever day it is; where something is refused for a
// token's limit, that is used up.
func TestEveryMinuteIsWithinTheLimits(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	require.NoError(t, makeTokens(t.Context(), "../tokens.yaml", path, now))
	made, err := filestore.Open(path, filestore.Options{}).Contents(t.Context())
	require.NoError(t, err)
	refused := map[string]bool{}
	for weekday := range 7 {
		now := now.AddDate(0, 0, weekday)
		for at := now.Add(-30 * day); at.Before(now); at = at.Add(11 * time.Minute) {
			sums := map[string]int64{}
			for _, r := range made.Tokens {
				d := minute(r.Token, at, now)
				sums[r.Organization] += d.Admitted
				if r.SpansPerMinute != nil && d.Admitted > *r.SpansPerMinute {
					assert.Fail(t, "more than the limit", "%s at %s: %d", r.ID, at, d.Admitted)
				}
				if d.Offered() > d.Admitted {
					refused[r.ID] = true
					require.Greater(t, d.Admitted+senders[r.ID].batch, *r.SpansPerMinute, "%s at %s", r.ID, at)
				}
			}
			for _, o := range made.Organizations {
				if sums[o.ID] > *o.SpansPerMinute {
					assert.Fail(t, "more than the limit", "%s at %s: %d", o.ID, at, sums[o.ID])
				}
			}
		}
	}
	assert.Equal(t, []string{"checkout-web", "shop-web"}, slices.Sorted(maps.Keys(refused)))
}

// What is there stays, whether it is the sample's or what people made of it.
func TestWhatIsThereStays(t *testing.T) {
	t.Parallel()
	directory, now := t.TempDir(), time.Date(2027, 3, 3, 14, 20, 0, 0, time.UTC)
	tokens := filepath.Join(directory, "tokens.yaml")
	edited := []byte("organizations: [{id: acme}]\n" +
		"tokens: [{id: shop-web, organization: acme, kind: web, secret: 0123456789abcdef}]\n")
	require.NoError(t, os.WriteFile(tokens, edited, 0o600))
	require.NoError(t, sample(t.Context(), "../tokens.yaml", directory, now))
	before := filesIn(t, directory)
	assert.Equal(t, []string{"tokens.yaml", "usage/extension_client_token_auth__usage"}, slices.Sorted(maps.Keys(before)))
	assert.Equal(t, string(edited), before["tokens.yaml"])
	require.NoError(t, sample(t.Context(), "../tokens.yaml", directory, now.Add(day)))
	assert.Equal(t, before, filesIn(t, directory))
}

func filesIn(t *testing.T, directory string) map[string]string {
	t.Helper()
	found := map[string]string{}
	paths, err := filepath.Glob(filepath.Join(directory, "*"))
	require.NoError(t, err)
	deeper, err := filepath.Glob(filepath.Join(directory, "*", "*"))
	require.NoError(t, err)
	for _, path := range append(paths, deeper...) {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			name, err := filepath.Rel(directory, path)
			require.NoError(t, err)
			found[name] = string(content)
		}
	}
	return found
}
