// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func (e *explanation) originText() string {
	t := e.Grant.Token
	var texts []string
	if len(e.origin) > 0 {
		texts = append(texts, e.judge("Origin", e.origin))
	}
	if len(e.appOrigin) > 0 {
		if t.Kind == token.KindMobile {
			texts = append(texts, e.judge(admission.AppOriginHeader, e.appOrigin))
		} else {
			texts = append(texts, fmt.Sprintf("%s is not looked at: the token is of kind %s, not mobile",
				admission.AppOriginHeader, t.Kind))
		}
	}
	if len(texts) == 0 {
		texts = append(texts, e.withoutOrigin())
	}
	if e.Outcome == admission.OriginReported {
		texts = append(texts, "admitted all the same: origin_mode is report ("+e.whoseMode()+")")
	}
	return strings.Join(texts, "; ")
}

func (e *explanation) whoseMode() string {
	if e.Grant.Token.OriginMode != "" {
		return "the token's own"
	}
	return "the collector's"
}

func (e *explanation) withoutOrigin() string {
	t := e.Grant.Token
	switch {
	case e.Grant.NeedsOrigin():
		return "there is none, and a web token that is bound to origins needs one: " + list(t.AllowedOrigins)
	case t.Kind == token.KindRemoteWrite:
		return "there is none, as it should be for kind remote_write"
	case t.Kind == token.KindMobile && t.AllowedOrigins != nil:
		return "there is none, which kind mobile may do"
	default:
		return "there is none, and the token is not bound to any"
	}
}

// judge says what the token's list makes of one header.
func (e *explanation) judge(header string, values []string) string {
	t := e.Grant.Token
	from, err := origin.Parse(values)
	if err != nil {
		return header + " is malformed: it must be one scheme://host[:port], or null"
	}
	switch by, found := e.Grant.AllowedBy(from); {
	case t.Kind == token.KindRemoteWrite:
		return fmt.Sprintf("%s is there, and kind remote_write must have none: it is for servers", from)
	case found:
		return fmt.Sprintf("%s is allowed by %s", from, by)
	case e.Grant.Allows(from):
		return fmt.Sprintf("%s is allowed, as any: the token is not bound to an origin", from)
	default:
		return fmt.Sprintf("%s is matched by none of %s", from, list(t.AllowedOrigins))
	}
}

// list names entries, but not hundreds of them.
func list(entries []string) string {
	const most = 5
	if len(entries) > most {
		return strings.Join(entries[:most], ", ") + fmt.Sprintf(" and %d more", len(entries)-most)
	}
	return strings.Join(entries, ", ")
}
