// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/url"
	"strings"
)

// link returns the path of a page.
func link(parts ...string) string {
	var path strings.Builder
	for _, p := range parts {
		path.WriteString("/" + url.PathEscape(p))
	}
	return path.String()
}

// next returns the link to the next page of a list, empty if this is the last one.
func (v *visit) next(after string) string {
	if after == "" {
		return ""
	}
	return v.with("after", after)
}

// with returns the link to this page with another value in its query. A list begins anew then.
func (v *visit) with(name, value string) string {
	query := v.URL.Query()
	query.Del("after")
	query.Del(noticed)
	query.Set(name, value)
	return v.URL.EscapedPath() + "?" + query.Encode()
}
