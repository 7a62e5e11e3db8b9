// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The names are those of the API.
func TestSeriesJSON(t *testing.T) {
	at := time.Date(2029, 6, 1, 12, 0, 0, 0, time.UTC)
	counts := Counts{Admitted: 7, Refused: Refused{Token: 3}, RequestsRefused: RequestsRefused{OriginDenied: 2}}
	text, err := json.Marshal(Series{Totals: counts, Buckets: []Bucket{{at, counts}, {at.Add(time.Minute), Counts{}}}})
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"totals": {
			"admitted": 7, "refused": {"token": 3, "organization": 0, "client": 0, "batch": 0},
			"requests_refused": {"origin_denied": 2}, "shed_estimated": 0
		},
		"series": [
			{
				"start": "2029-06-01T12:00:00Z",
				"admitted": 7, "refused": {"token": 3, "organization": 0, "client": 0, "batch": 0},
				"requests_refused": {"origin_denied": 2}, "shed_estimated": 0
			},
			{
				"start": "2029-06-01T12:01:00Z",
				"admitted": 0, "refused": {"token": 0, "organization": 0, "client": 0, "batch": 0},
				"requests_refused": {}, "shed_estimated": 0
			}
		]
	}`, string(text))
	var back Series
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, counts, back.Buckets[0].Counts)
}
