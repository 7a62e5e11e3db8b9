// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package problem says in an answer what is wrong with a request (RFC 9457).
package problem

import (
	"encoding/json"
	"net/http"
)

// ContentType is that of problems.
const ContentType = "application/problem+json"

// Kind tells problems apart for programs. The README has a table of them.
type Kind string

// The kinds.
const (
	Unauthenticated  Kind = "unauthenticated"
	NoUser           Kind = "no-user"
	CrossOrigin      Kind = "cross-origin"
	WrongHost        Kind = "wrong-host"
	Forbidden        Kind = "forbidden"
	NotFound         Kind = "not-found"
	MethodNotAllowed Kind = "method-not-allowed"
	Malformed        Kind = "malformed"
	TooLarge         Kind = "too-large"
	UnsupportedMedia Kind = "unsupported-media"
	Invalid          Kind = "invalid"
	Exists           Kind = "exists"
	Changed          Kind = "changed"
	Stale            Kind = "stale"
	InUse            Kind = "in-use"
	LastOwner        Kind = "last-owner"
	ReadOnly         Kind = "read-only"
	NotRecorded      Kind = "not-recorded"
	Unavailable      Kind = "unavailable"
)

var statuses = map[Kind]int{
	Unauthenticated:  http.StatusUnauthorized,
	NoUser:           http.StatusForbidden,
	CrossOrigin:      http.StatusForbidden,
	WrongHost:        http.StatusMisdirectedRequest,
	Forbidden:        http.StatusForbidden,
	NotFound:         http.StatusNotFound,
	MethodNotAllowed: http.StatusMethodNotAllowed,
	Malformed:        http.StatusBadRequest,
	TooLarge:         http.StatusRequestEntityTooLarge,
	UnsupportedMedia: http.StatusUnsupportedMediaType,
	Invalid:          http.StatusUnprocessableEntity,
	Exists:           http.StatusConflict,
	Changed:          http.StatusConflict,
	Stale:            http.StatusPreconditionFailed,
	InUse:            http.StatusConflict,
	LastOwner:        http.StatusConflict,
	ReadOnly:         http.StatusConflict,
	NotRecorded:      http.StatusNotFound,
	Unavailable:      http.StatusServiceUnavailable,
}

// base is where people can read about the kinds.
const base = "https://github.com/otelcol-clienttokens/otelcol-clienttokens/blob/main/" +
	"clienttokenadminextension/README.md#problem-"

// Problem is what is wrong with a request. As an error it carries itself through handlers.
type Problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail"`
	Errors []Error `json:"errors,omitempty"`
}

// Error is what is wrong with one field of the body, or one parameter of the query.
type Error struct {
	Pointer   string `json:"pointer,omitempty"`   // as a fragment (RFC 6901, section 6): #/allowed_origins/1
	Parameter string `json:"parameter,omitempty"` // of the query
	Detail    string `json:"detail"`
	Fix       string `json:"fix,omitempty"`
}

// New returns a problem.
func New(kind Kind, detail string, errors ...Error) *Problem {
	status := statuses[kind]
	return &Problem{Type: base + string(kind), Title: http.StatusText(status), Status: status, Detail: detail, Errors: errors}
}

// Error implements error.
func (p *Problem) Error() string {
	return p.Detail
}

// Write answers with the problem.
func (p *Problem) Write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", ContentType)
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // whoever hung up misses only a problem
}
