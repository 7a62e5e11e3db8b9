// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// step is a change by the command, and what a post with the token is answered from then on.
type step struct {
	name      string
	arguments []string
	status    int
}

// TestChangesAreEffectiveEverywhere measures, on 4 Collectors with many tokens, how long after the command has ended a
// change is effective on the last of them.
func TestChangesAreEffectiveEverywhere(t *testing.T) {
	tokens, tries := min(100_000, 10_000*soak.Factor(t)), min(200, 10*soak.Factor(t))
	server := startDurableRedis(t)
	run := onRedis(t, server.Addr())
	many := filepath.Join(t.TempDir(), "many.yaml")
	require.NoError(t, os.WriteFile(many, manyTokens(tokens), 0o600))
	run.must("import", many)
	f := startRegistryFleet(t, 4, server.Addr())
	for _, c := range f {
		require.Contains(t, c.metrics(t, "otelcol_extension_client_token_auth_tokens{"),
			fmt.Sprintf(`otelcol_extension_client_token_auth_tokens{extension="client_token_auth"} %d`, tokens))
	}
	took := map[string][]time.Duration{}
	for range tries {
		secret := run.secretOf("create", "--organization", "acme", "--id", "new", "--kind", "web")
		took["create"] = append(took["create"], f.effective(t, secret, http.StatusOK))
		for _, s := range []step{
			{"limit", []string{"update", "new", "--spans-per-minute", "0"}, http.StatusForbidden},
			{"limit", []string{"update", "new", "--spans-per-minute", "none"}, http.StatusOK},
			{"disable", []string{"disable", "new"}, http.StatusUnauthorized},
			{"enable", []string{"enable", "new"}, http.StatusOK},
			{"delete", []string{"delete", "new"}, http.StatusUnauthorized},
		} {
			run.must(s.arguments...)
			took[s.name] = append(took[s.name], f.effective(t, secret, s.status))
		}
		old := rand.IntN(tokens)
		run.must("delete", fmt.Sprint("t", old))
		took["delete"] = append(took["delete"], f.effective(t, manySecret(old), http.StatusUnauthorized))
		run.must("import", one(t, old))
		took["import"] = append(took["import"], f.effective(t, manySecret(old), http.StatusOK))
	}
	for name, all := range took {
		slices.Sort(all)
		t.Logf("%d tokens, %s: p50 %v, p99 %v, longest %v of %d", tokens, name,
			all[len(all)/2], all[len(all)*99/100], all[len(all)-1], len(all))
	}
}

// effective asks all Collectors at once until each answers with the status, and returns how long the last one took.
func (f fleet) effective(t *testing.T, secret string, status int) time.Duration {
	t.Helper()
	began := time.Now()
	last := make([]time.Duration, len(f))
	var group sync.WaitGroup
	for i, c := range f {
		group.Go(func() {
			for post(t, c.middleware, secret, "", 1).status != status && last[i] < time.Minute {
				last[i] = time.Since(began)
			}
			last[i] = time.Since(began)
		})
	}
	group.Wait()
	require.Less(t, slices.Max(last), time.Minute, "never effective")
	return slices.Max(last)
}

func manyTokens(n int) []byte {
	var b strings.Builder
	b.WriteString("organizations:\n  - {id: acme, name: Acme Inc.}\ntokens:\n")
	for i := range n {
		b.WriteString(manyToken(i))
	}
	return []byte(b.String())
}

func manyToken(i int) string {
	return fmt.Sprintf("  - {id: t%d, organization: acme, name: Token %d, kind: web, environment: production, "+
		"secrets: [{sha256: %q}]}\n", i, i, token.DigestOf(manySecret(i)))
}

func manySecret(i int) string {
	return fmt.Sprintf("secret-of-many-%d", i)
}

// one writes a file with one of the tokens.
func one(t *testing.T, i int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "one.yaml")
	require.NoError(t, os.WriteFile(path, []byte("tokens:\n"+manyToken(i)), 0o600))
	return path
}
