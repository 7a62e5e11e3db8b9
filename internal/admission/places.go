// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// places are where a request may carry its token.
type places struct {
	headers    []place
	queryParam string
}

// place is one header in both spellings: canonical over HTTP, lower case in gRPC metadata. Looking up both costs
// less than comparing every key of the request, and a client can't make it cost more.
type place struct {
	canonical, lower string
	bearerOnly       bool
}

func newPlaces(headers []string, queryParam string) places {
	p := places{queryParam: queryParam}
	for _, name := range headers {
		h := newPlace(name)
		h.bearerOnly = h.canonical == "Authorization"
		p.headers = append(p.headers, h)
	}
	return p
}

// first names a place to a sender who has used none.
func (p places) first() string {
	switch {
	case len(p.headers) == 0:
		return "the query parameter " + p.queryParam
	case p.headers[0].bearerOnly:
		return "the header Authorization, after Bearer"
	default:
		return "the header " + p.headers[0].canonical
	}
}

func newPlace(header string) place {
	return place{canonical: http.CanonicalHeaderKey(header), lower: strings.ToLower(header)}
}

// values returns what a request has under the header. The slice belongs to the request.
func (p place) values(sources map[string][]string) []string {
	if values, ok := sources[p.canonical]; ok {
		return values
	}
	return sources[p.lower]
}

// find returns the secret of a request, or why there is none to check: outcome missing, ambiguous or unknown. Sources
// are HTTP headers or gRPC metadata; query is the raw query, empty where the receiver has put the parameter into the
// sources.
func (p places) find(sources map[string][]string, query string) (string, Outcome) {
	var f finding
	for _, h := range p.headers {
		for _, value := range h.values(sources) {
			f.header(value, h.bearerOnly)
		}
	}
	if p.queryParam != "" {
		for _, value := range sources[p.queryParam] {
			f.add(value)
		}
		f.query(query, p.queryParam)
	}
	return f.result()
}

// finding is the one token seen so far, and whether another one was seen, too.
type finding struct {
	secret    string
	ambiguous bool
}

func (f *finding) header(value string, bearerOnly bool) {
	bare, bearer := cutBearer(value)
	if bearer || !bearerOnly {
		f.add(bare)
	}
}

func (f *finding) add(value string) {
	switch {
	case value == "":
	case f.secret == "":
		f.secret = value
	case f.secret != value:
		f.ambiguous = true
	}
}

// query looks for the parameter without building a map of the whole query, and stops at a number of repetitions that
// no honest sender has: otherwise a client could choose what a refusal costs.
func (f *finding) query(raw, param string) {
	const most = 16
	for repeated := 0; raw != "" && !f.ambiguous; {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		key, value, _ := strings.Cut(pair, "=")
		if key != param || value == "" {
			continue
		}
		f.add(unescape(value))
		repeated++
		f.ambiguous = f.ambiguous || repeated > most
	}
}

// unescape decodes a query value. What is too long or not decodable stays as it is and will be unknown: an endless
// value costs nothing.
func unescape(value string) string {
	const longest = 3 * 256 // the longest secret with every character escaped
	if len(value) > longest {
		return value
	}
	if decoded, err := url.QueryUnescape(value); err == nil {
		return decoded
	}
	return value
}

func (f *finding) result() (string, Outcome) {
	switch {
	case f.secret == "":
		return "", Missing
	case f.ambiguous:
		return "", Ambiguous
	case !token.UsableSecret(f.secret):
		return "", Unknown
	default:
		return f.secret, Accepted
	}
}

// cutBearer strips the scheme Bearer in any case (RFC 9110 §11.1) and the spaces after it.
func cutBearer(value string) (string, bool) {
	const scheme = "bearer "
	if len(value) < len(scheme) || !strings.EqualFold(value[:len(scheme)], scheme) {
		return value, false
	}
	return strings.TrimLeft(value[len(scheme):], " "), true
}
