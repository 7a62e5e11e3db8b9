// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lookout

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// turn is whose holder looks this time. It ends before a minute has passed, so that the first to come next looks next.
var turn = outbox.Claim{Name: "turn", For: lookEvery - 5*time.Second}

// maxClaims is how many are taken at once.
const maxClaims = 200

// maxTokens is how many tokens an event tells of one by one.
const maxTokens = 100

// sighting is something that people should know, unless they have been told: then the claim is held.
type sighting struct {
	kind    notify.Kind
	of      *token.Organization
	subject *notify.Subject // a token; nil: the organization itself
	about   notify.Subject  // the organization
	claim   outbox.Claim
}

// watch looks at tokens and their usage.
type watch struct {
	Options
}

func newWatch(o Options) *watch {
	return &watch{o}
}

// look tells of what it sees and nobody has told before, unless another collector has just looked.
func (w *watch) look(ctx context.Context) error {
	r, err := w.Outbox.Once(ctx, []outbox.Claim{turn})
	if err != nil || !r.Done {
		return err
	}
	f := w.fleet()
	seen := w.expiring(f)
	limits, errLimits := w.limitsReached(ctx, f)
	refusals, errRefusals := w.heavilyRefused(ctx, f)
	seen = slices.Concat(seen, limits, refusals)
	return errors.Join(errLimits, errRefusals, w.tell(ctx, seen))
}

func (w *watch) wants(k notify.Kind) bool {
	return slices.Contains(w.Kinds, k)
}

// tell puts in what is new. What happens to tokens of one organization in the same minute is one event.
func (w *watch) tell(ctx context.Context, seen []sighting) error {
	fresh, err := w.fresh(ctx, seen)
	if err != nil {
		return err
	}
	var errs []error
	for group := range groups(fresh) {
		errs = append(errs, w.put(ctx, group))
	}
	return errors.Join(errs...)
}

func (w *watch) fresh(ctx context.Context, seen []sighting) ([]sighting, error) {
	claims := make([]outbox.Claim, len(seen))
	for i, s := range seen {
		claims[i] = s.claim
	}
	fresh, err := w.Outbox.Fresh(ctx, claims)
	if err != nil {
		return nil, err
	}
	isFresh := make(map[string]bool, len(fresh))
	for _, c := range fresh {
		isFresh[c.Name] = true
	}
	return slices.DeleteFunc(seen, func(s sighting) bool { return !isFresh[s.claim.Name] }), nil
}

// groups yields sightings of the same kind, of tokens of the same organization, or of the organization itself.
func groups(all []sighting) func(yield func([]sighting) bool) {
	slices.SortFunc(all, func(a, b sighting) int { return strings.Compare(a.group()+a.claim.Name, b.group()+b.claim.Name) })
	return func(yield func([]sighting) bool) {
		for len(all) > 0 {
			n := slices.IndexFunc(all, func(s sighting) bool { return s.group() != all[0].group() })
			if n < 0 {
				n = len(all)
			}
			if !yield(all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

func (s *sighting) group() string {
	what := "organization"
	if s.subject != nil {
		what = "token"
	}
	return string(s.kind) + " " + s.of.ID + " " + what + " "
}

// put tells of a group. If another collector has told of one of it meanwhile, the rest waits for the next look. Redis does
// nothing else while it takes claims, so it gets many of them bit by bit: whoever dies in between has it told once more.
func (w *watch) put(ctx context.Context, group []sighting) error {
	first := group[0]
	e := notify.Event{
		ID: string(first.kind) + "-" + rand.Text(), Kind: first.kind, At: w.Now().UTC(), Organization: first.about,
	}
	claims := make([]outbox.Claim, len(group))
	for i, s := range group {
		claims[i] = s.claim
		if s.subject == nil {
			continue
		}
		if len(e.Tokens) < maxTokens {
			e.Tokens = append(e.Tokens, *s.subject)
		} else {
			e.More++
		}
	}
	bits := slices.Collect(slices.Chunk(claims, maxClaims))
	put, lost := w.deliveries(e, first.of)
	r, err := w.Outbox.Once(ctx, bits[0], put...)
	w.count(r, lost)
	for i := 1; i < len(bits) && err == nil && r.Done; i++ {
		r, err = w.Outbox.Once(ctx, bits[i])
	}
	return err
}
