// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"slices"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// OfToken tells what was done to a token, from how it was to how it is; nil: not there. It reports false if that is
// nothing.
func OfToken(was, is *token.Token) (Entry, bool) {
	e := Entry{Kind: KindToken}
	var before, after Fields
	if was != nil {
		e.Record, e.Organization, before = was.ID, was.Organization, fieldsOf(was)
	}
	if is != nil {
		e.Record, e.Organization, after = is.ID, is.Organization, fieldsOf(is)
	}
	e.compare(before, after)
	if e.Action == Changed {
		e.Action = actionOn(was, is)
	}
	return e, e.Action != ""
}

// actionOn names a change by what matters most in it.
func actionOn(was, is *token.Token) Action {
	switch {
	case is.Disabled && !was.Disabled:
		return Disabled
	case was.Disabled && !is.Disabled:
		return Enabled
	case hasNewSecret(was, is):
		return Rotated
	default:
		return Changed
	}
}

func hasNewSecret(was, is *token.Token) bool {
	return slices.ContainsFunc(is.Secrets, func(s token.Secret) bool {
		return !slices.ContainsFunc(was.Secrets, func(o token.Secret) bool { return o.SHA256 == s.SHA256 })
	})
}

// OfOrganization tells what was done to an organization, as OfToken does.
func OfOrganization(was, is *token.Organization) (Entry, bool) {
	e := Entry{Kind: KindOrganization}
	var before, after Fields
	if was != nil {
		e.Record, before = was.ID, fieldsOf(was)
	}
	if is != nil {
		e.Record, after = is.ID, fieldsOf(is)
	}
	e.Organization = e.Record
	e.compare(before, after)
	return e, e.Action != ""
}

// compare leaves the action empty where nothing differs. No fields at all are those of a record that isn't there.
func (e *Entry) compare(before, after Fields) {
	was, is := differing(before, after)
	switch {
	case before == nil && after == nil:
		return
	case before == nil:
		e.Action = Created
	case after == nil:
		e.Action = Deleted
	case len(was)+len(is) == 0:
		return
	default:
		e.Action = Changed
	}
	e.Before, e.After = was.public(), is.public()
}
