// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package advice

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/amount"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

const (
	// enoughMinutes are those in which something must have been sent before anything is advised.
	enoughMinutes = 60

	// headroom is the part of a limit that is aimed at.
	headroom = 0.8
)

// Sampling says how much less a token's senders should sample, so that its limit, or its organization's, holds but one
// minute in a hundred.
type Sampling struct {
	// Factor is by what the present ratio is to be multiplied, in two digits. 1 is to leave it.
	Factor float64 `json:"factor"`

	// Scope has the limit, in spans a minute, that the factor comes from: "token" or "organization".
	Scope string `json:"scope"`
	Limit int64  `json:"limit"`

	// Offered is how many spans a minute the scope was offered in the last 24 hours, in all but one minute of a hundred:
	// admitted, refused and, as an estimate, shed. Minutes are those that had any.
	Offered int64 `json:"offered"`
	Minutes int   `json:"minutes"`
}

// Text tells it in a line.
func (s *Sampling) Text() string {
	offered, limit, minutes := amount.Grouped(s.Offered), amount.Grouped(s.Limit), amount.Grouped(int64(s.Minutes))
	if s.Factor >= 1 {
		return fmt.Sprintf("leave the sampling ratio as it is: %s of %s spans a minute are used at most (99 of 100 of %s minutes)",
			offered, limit, minutes)
	}
	return fmt.Sprintf("multiply your present sampling ratio by %s: %s spans a minute are offered where the %s's limit is %s "+
		"(99 of 100 of %s minutes)", s.ratio(), offered, s.Scope, limit, minutes)
}

// Line is to be pasted into the set-up of opentelemetry-js, empty if there is nothing to change.
func (s *Sampling) Line() string {
	if s.Factor >= 1 {
		return ""
	}
	return fmt.Sprintf("sampler: new TraceIdRatioBasedSampler(%s), // if you sample already: %s times your present ratio",
		s.ratio(), s.ratio())
}

// WordedSampling is the advice with the words for it.
type WordedSampling struct {
	*Sampling

	Text string `json:"text"`
	Line string `json:"line,omitempty"`
}

// Worded returns nil where there is no advice.
func (s *Sampling) Worded() *WordedSampling {
	if s == nil {
		return nil
	}
	return &WordedSampling{s, s.Text(), s.Line()}
}

func (s *Sampling) ratio() string {
	return strconv.FormatFloat(s.Factor, 'f', -1, 64)
}

// SampleFor returns the advice for a token, or nil where there is none: no limit, one of 0, or too little usage. Of token
// and organization that with the smaller factor counts: an organization is offered what all its tokens are.
func SampleFor(
	ctx context.Context, r usage.Reader, t *token.Token, o *token.Organization, now time.Time,
) (*Sampling, error) {
	end := now.Truncate(time.Minute)
	period, err := usage.NewPeriod(end.Add(-usage.MinutesKept), end, time.Minute, now)
	if err != nil {
		return nil, err
	}
	series, err := r.Series(ctx, period,
		usage.Subject{Organization: t.Organization, Token: t.ID}, usage.Subject{Organization: t.Organization})
	if err != nil {
		return nil, err
	}
	advised := sample("token", t.SpansPerMinute, series[0].Buckets)
	if advised == nil && !enough(series[0].Buckets) {
		return nil, nil // the organization's other tokens say nothing about this one
	}
	if shared := sample("organization", o.SpansPerMinute, series[1].Buckets); shared != nil {
		if advised == nil || shared.Factor < advised.Factor {
			advised = shared
		}
	}
	return advised, nil
}

func enough(minutes []usage.Bucket) bool {
	return len(offered(minutes)) >= enoughMinutes
}

func sample(scope string, limit *int64, minutes []usage.Bucket) *Sampling {
	spans := offered(minutes)
	if limit == nil || *limit == 0 || len(spans) < enoughMinutes {
		return nil
	}
	s := &Sampling{Scope: scope, Limit: *limit, Offered: percentile99(spans), Minutes: len(spans)}
	s.Factor = twoDigits(min(1, headroom*float64(*limit)/float64(s.Offered)))
	return s
}

// offered returns the spans of the minutes that had any.
func offered(minutes []usage.Bucket) []int64 {
	var spans []int64
	for i := range minutes {
		if n := minutes[i].Offered(); n > 0 {
			spans = append(spans, n)
		}
	}
	return spans
}

// percentile99 is the nearest rank: the smallest number that 99 of 100 don't exceed.
func percentile99(numbers []int64) int64 {
	slices.Sort(numbers)
	return numbers[(len(numbers)*99+99)/100-1]
}

// twoDigits rounds to two significant digits.
func twoDigits(x float64) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 1, 64), 64) // it has just been formatted
	return math.Min(1, rounded)
}
