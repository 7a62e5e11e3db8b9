// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"errors"
	"net/http"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// maxPreview is how many of the origins that were seen are shown.
const maxPreview = 12

// checkedOrigins is what there is to say about a list of origins while it is typed.
type checkedOrigins struct {
	Faults []origin.Fault
	Seen   []seenOrigin
	More   int
}

// seenOrigin is an origin of the last day, and what would become of it.
type seenOrigin struct {
	usage.Origin

	Matches bool
}

// checkOrigins answers a script with a part of a page: whether a list is right, and what it would have let in.
func (v *visit) checkOrigins() error {
	if err := v.readForm(); err != nil {
		return err
	}
	form := readTokenForm(v.PostForm)
	form.Bound, form.Kind = true, "web"
	set, found := origin.ParseSet(form.origins())
	c := checkedOrigins{Faults: found}
	seen, err := v.SeenOrigins(v.Context(), v.person, v.PathValue("organization"), v.PostForm.Get("token"))
	if err != nil && !errors.Is(err, office.ErrNotRecorded) {
		return err
	}
	for _, s := range seen {
		from, err := origin.Parse([]string{s.Origin})
		if err != nil {
			continue // what is counted as others
		}
		if len(c.Seen) == maxPreview {
			c.More++
			continue
		}
		c.Seen = append(c.Seen, seenOrigin{s, set.Match(from)})
	}
	return v.render(http.StatusOK, "origins.html", "", nil, c)
}
