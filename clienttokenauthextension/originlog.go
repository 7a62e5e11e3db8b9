// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"
)

const (
	originLogInterval = time.Hour
	originLogSize     = 1000
)

// originLog tells of origins that origin_mode report lets pass: in any hour at most one line per token and origin, and
// so many lines in all; what is beyond is only counted, by the metric. So who posts from ever new origins can neither
// make its table grow nor flood the log.
type originLog struct {
	logger *zap.Logger
	now    func() time.Time

	mu    sync.Mutex
	told  map[tokenOrigin]struct{}
	lines []originLine // what is in told, the oldest first
}

type tokenOrigin struct{ token, origin string }

type originLine struct {
	tokenOrigin
	at time.Time
}

func newOriginLog(logger *zap.Logger, now func() time.Time) *originLog {
	return &originLog{logger: logger, now: now, told: map[tokenOrigin]struct{}{}}
}

// reported logs the pair if it is due. The origin is empty where the request had none.
func (l *originLog) reported(token, origin string) {
	if !l.due(token, origin) {
		return
	}
	message := "origin is not allowed; admitted because origin_mode is report"
	if origin == "" {
		message = "origin is missing; admitted because origin_mode is report"
	}
	l.logger.Warn(message, zap.String("token_id", token), zap.String("origin", origin))
}

func (l *originLog) due(token, origin string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.forget(now.Add(-originLogInterval))
	pair := tokenOrigin{token, origin}
	if _, known := l.told[pair]; known || len(l.told) >= originLogSize {
		return false
	}
	pair.origin = strings.Clone(origin) // it is part of the request
	l.told[pair] = struct{}{}
	l.lines = append(l.lines, originLine{pair, now})
	return true
}

// forget drops the lines that are not younger than the time.
func (l *originLog) forget(since time.Time) {
	old := 0
	for old < len(l.lines) && !l.lines[old].at.After(since) {
		delete(l.told, l.lines[old].tokenOrigin)
		old++
	}
	l.lines = slices.Delete(l.lines, 0, old)
}
