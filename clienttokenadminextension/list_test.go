// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office/officetest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// shelf is a registry of acme's with tokens of all sorts, of which some were used.
func shelf(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, officetest.File(t))
	var changes []registry.Change
	at := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	for i, kind := range []token.Kind{token.KindWeb, token.KindMobile, token.KindRemoteWrite, token.KindWeb, token.KindWeb} {
		changes = append(changes, registry.Change{Token: &token.Token{
			ID: fmt.Sprintf("t%d", i), Organization: "acme", Kind: kind, Name: fmt.Sprintf("Name %d", 9-i), Memo: "Über alles",
			Environment: []string{"staging", "test"}[i%2], Disabled: i == 4, CreatedAt: at.AddDate(0, 0, i%3),
			Secrets: []token.Secret{{SHA256: token.DigestOf(fmt.Sprint("secret of number ", i)), CreatedAt: time.Now()}},
		}})
	}
	require.NoError(t, r.Store.Write(t.Context(), audit.Act{}, changes...))
	r.awaitServed()
	now := time.Now().UTC().Truncate(time.Second)
	for i, at := range []time.Time{now.Add(-time.Hour), now, now.Add(-2 * time.Hour)} {
		require.NoError(t, r.Counted.Add(t.Context(), &usage.Batch{Time: at, Deltas: []usage.Delta{{
			Subject: usage.Subject{Organization: "acme", Token: fmt.Sprintf("t%d", i)}, Used: true,
			Counts: usage.Counts{Admitted: int64(100 * (i + 1)), Refused: usage.Refused{Token: int64(10 - i)}},
		}}}))
	}
	return r
}

// ids reads a list to its end, following next.
func (r *rig) ids(query string) []string {
	r.t.Helper()
	var ids []string
	for path := "/api/v1" + tokens + query; path != ""; {
		answer := r.as(viewer, http.MethodGet, path, "")
		require.Equal(r.t, http.StatusOK, answer.StatusCode, answer.text)
		for _, listed := range answer.body["tokens"].([]any) {
			ids = append(ids, listed.(map[string]any)["id"].(string))
		}
		path, _ = answer.body["next"].(string)
	}
	return ids
}

func TestLists(t *testing.T) {
	r := shelf(t)
	tests := []struct {
		query string
		want  []string
	}{
		{"?limit=2", []string{"shop-app", "shop-web", "t0", "t1", "t2", "t3", "t4"}},
		{"?limit=2&sort=-id&q=NAME", []string{"t4", "t3", "t2", "t1", "t0"}},
		{"?q=%C3%9CBER&sort=name&limit=2", []string{"t4", "t3", "t2", "t1", "t0"}},
		{"?q=nothing", nil},
		{"?kind=web&q=Name", []string{"t0", "t3", "t4"}},
		{"?environment=test", []string{"t1", "t3"}},
		{"?disabled=true", []string{"t4"}},
		{"?disabled=false&kind=web", []string{"shop-web", "shop-app", "t0", "t3"}},
		{"?warning=unbound", []string{"t0", "t3", "t4"}},
		{"?q=name&sort=created_at&limit=1", []string{"t0", "t3", "t1", "t4", "t2"}},
		{"?q=name&sort=-last_used_at&limit=2", []string{"t1", "t0", "t2", "t4", "t3"}},
		{"?q=name&sort=-admitted&limit=3", []string{"t2", "t1", "t0", "t4", "t3"}},
		{"?q=name&sort=-refused", []string{"t0", "t1", "t2", "t4", "t3"}},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			r := r.in(t)
			if tt.query == "?disabled=false&kind=web" {
				assert.ElementsMatch(t, tt.want, r.ids(tt.query))
				return
			}
			assert.Equal(t, tt.want, r.ids(tt.query))
		})
	}
	answer := r.as(viewer, http.MethodGet, "/api/v1"+tokens+"?usage=24h&q=t2&limit=1", "")
	listed := answer.body["tokens"].([]any)[0].(map[string]any)
	assert.InDelta(t, 300, listed["usage"].(map[string]any)["admitted"], 0)
	assert.InDelta(t, 1, answer.body["total"], 0)
}

func TestQueries(t *testing.T) {
	r := newRig(t, officetest.File(t))
	for query, parameters := range map[string][]string{
		tokens + "?kind=toaster&sort=colour&limit=x&disabled=perhaps&usage=long&warning=all": {
			"kind", "disabled", "warning", "sort", "limit", "usage",
		},
		tokens + "?limit=501":               {"limit"},
		tokens + "?limit=-1":                {"limit"},
		tokens + "?after=%20":               {"after"},
		tokens + "?colour=red&kind=web":     {"colour"},
		tokens + "?kind=web&kind=mobile":    {"kind"},
		tokens + "?usage=400d":              {"usage"},
		organization + "/usage?from=y":      {"from"},
		organization + "/usage?step=1s":     {""},
		organization + "/audit?since=now":   {"since"},
		organization + "/audit?before=this": {"before"},
		organization + "/audit?limit=501":   {"limit"},
		"/organizations?x=1":                {"x"},
	} {
		answer := r.as(owner, http.MethodGet, "/api/v1"+query, "")
		assert.Equal(t, http.StatusUnprocessableEntity, answer.StatusCode, query)
		if parameters[0] != "" {
			assert.Equal(t, parameters, answer.pointers(), query)
		}
	}
}

func TestUsage(t *testing.T) {
	r := newRig(t, officetest.File(t))
	now := time.Now().UTC()
	require.NoError(t, r.Counted.Add(t.Context(), &usage.Batch{Time: now, Deltas: []usage.Delta{
		{
			Subject: usage.Subject{Organization: "acme", Token: "shop-web"}, Used: true,
			Counts:  usage.Counts{Admitted: 7, Refused: usage.Refused{Token: 2}},
			Origins: []usage.Origin{{Origin: "https://shop.example.com", Allowed: 3}},
		},
		{Subject: usage.Subject{Organization: "acme"}, Counts: usage.Counts{Admitted: 9}},
	}}))
	answer := r.as(viewer, http.MethodGet, "/api/v1"+shopWeb+"/usage?step=1h", "")
	require.Equal(t, http.StatusOK, answer.StatusCode, answer.text)
	assert.Equal(t, map[string]any{
		"admitted": 7.0, "refused": map[string]any{"token": 2.0, "organization": 0.0, "client": 0.0, "batch": 0.0},
		"requests_refused": map[string]any{}, "shed_estimated": 0.0,
	}, answer.body["totals"])
	assert.Len(t, answer.body["series"], 25)
	origin := map[string]any{"origin": "https://shop.example.com", "allowed": 3.0, "refused": 0.0}
	assert.Equal(t, []any{origin}, answer.body["origins"])
	answer = r.as(viewer, http.MethodGet, "/api/v1"+organization+"/usage", "")
	assert.InDelta(t, 9, answer.body["totals"].(map[string]any)["admitted"], 0)
}

// An hour of twice what the limit admits is enough to say how much less to sample.
func TestAdvice(t *testing.T) {
	r := newRig(t, officetest.File(t))
	answer := r.as(viewer, http.MethodGet, "/api/v1"+shopWeb+"/advice", "")
	assert.Equal(t, map[string]any{"warnings": []any{}}, answer.body)
	now := time.Now().UTC()
	for i := range 60 {
		require.NoError(t, r.Counted.Add(t.Context(), &usage.Batch{
			Time: now.Add(-time.Duration(i+1) * time.Minute),
			Deltas: []usage.Delta{{
				Subject: usage.Subject{Organization: "acme", Token: "shop-web"},
				Counts:  usage.Counts{Admitted: 6000, Refused: usage.Refused{Token: 6000}},
			}},
		}))
	}
	answer = r.as(viewer, http.MethodGet, "/api/v1"+shopWeb+"/advice", "")
	said := answer.body["sampling"].(map[string]any)
	assert.InDelta(t, 0.4, said["factor"], 0)
	assert.Contains(t, said["line"], "new TraceIdRatioBasedSampler(0.4)")
}

func TestAuditIsPaged(t *testing.T) {
	for name, place := range officetest.Places {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, place(t))
			r.as(owner, http.MethodPost, "/api/v1"+shopWeb+"/disable", "")
			r.as(owner, http.MethodPost, "/api/v1"+shopWeb+"/enable", "")
			r.as(owner, http.MethodPut, "/api/v1"+organization+"/members/new", `{"role": "viewer"}`)
			var actions []string
			for path := "/api/v1" + organization + "/audit?limit=2"; path != ""; {
				answer := r.as(viewer, http.MethodGet, path, "")
				require.Equal(t, http.StatusOK, answer.StatusCode, answer.text)
				for _, entry := range answer.body["entries"].([]any) {
					fields := entry.(map[string]any)
					actions = append(actions, fmt.Sprint(fields["by"], " ", fields["action"], " ", fields["record"]))
				}
				path, _ = answer.body["next"].(string)
			}
			assert.Equal(t, []string{
				"olga changed acme", "olga enabled shop-web", "olga disabled shop-web",
				"test created shop-app", "test created shop-web", "test created acme",
			}, actions)
			answer := r.as(viewer, http.MethodGet, "/api/v1"+organization+"/audit?token=shop-app", "")
			assert.Len(t, answer.body["entries"], 1)
		})
	}
}
