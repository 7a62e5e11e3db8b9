// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"crypto/sha256"
	"sync"
)

// sources are those that follow a store's file in this process.
type sources struct {
	mu  sync.Mutex // guards all, and that only one tells at a time
	all []*File
}

func (s *sources) add(f *File) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, f)
}

// tell lets them know which version was just put in place. The last one is enough.
func (s *sources) tell(content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := sha256.Sum256(content)
	for _, f := range s.all {
		select {
		case <-f.news:
		default:
		}
		f.news <- sum
	}
}
