// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import "net/http"

// notice is what a page says of the form that led to it. Its name is in the query, so that no session is needed.
type notice string

const (
	founded  notice = "founded"
	saved    notice = "saved"
	disabled notice = "disabled"
	enabled  notice = "enabled"
	deleted  notice = "deleted"
	removed  notice = "removed"
)

// notices are their texts. Whoever makes up a name in a link says nothing.
var notices = map[notice]string{
	founded:  "The organization is there. Its first token is next.",
	saved:    "Saved.",
	disabled: "The token is disabled: whoever posts with it is refused until it is enabled again.",
	enabled:  "The token is enabled: it is let in again.",
	deleted:  "The token is deleted: whoever posts with it is refused from now on.",
	removed:  "The member is removed.",
}

// done leads from a form to a page that says what was done. A reload of that page does nothing again.
func (v *visit) done(n notice, parts ...string) error {
	http.Redirect(v.w, v.Request, link(parts...)+"?"+noticed+"="+string(n), http.StatusSeeOther)
	return nil
}

// noticed is the name of a notice in queries.
const noticed = "done"
