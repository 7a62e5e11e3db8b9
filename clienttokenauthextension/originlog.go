// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension // import "github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension"

import (
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"
)

const (
	originLogInterval = time.Hour
	originLogSize     = 1000
)

// originLog tells of origins that origin_mode report lets pass: at most one line per token and origin an hour. Its
// table is emptied every hour and holds so many pairs at the most; further ones are only counted, by the metric. So
// who posts from ever new origins can neither make it grow nor flood the log.
type originLog struct {
	logger *zap.Logger
	now    func() time.Time

	mu    sync.Mutex
	since time.Time
	told  map[tokenOrigin]struct{}
}

type tokenOrigin struct{ token, origin string }

func newOriginLog(logger *zap.Logger, now func() time.Time) *originLog {
	return &originLog{logger: logger, now: now, told: map[tokenOrigin]struct{}{}}
}

// reported logs the pair if it is due. The origin is empty where the request had none.
func (l *originLog) reported(token, origin string) {
	if l.due(token, origin) {
		l.logger.Warn("origin is not allowed; admitted because origin_mode is report",
			zap.String("token_id", token), zap.String("origin", origin))
	}
}

func (l *originLog) due(token, origin string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := l.now(); now.Sub(l.since) >= originLogInterval {
		l.since = now
		clear(l.told)
	}
	pair := tokenOrigin{token, origin}
	if _, known := l.told[pair]; known || len(l.told) >= originLogSize {
		return false
	}
	pair.origin = strings.Clone(origin) // it is part of the request
	l.told[pair] = struct{}{}
	return true
}
