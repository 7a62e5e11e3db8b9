// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"
)

//go:embed static
var files embed.FS

// ForEverybody tells whether a request is for what pages need besides themselves. There is no secret in that, and whoever
// isn't signed in is told so by a page, too.
func ForEverybody(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.HasPrefix(r.URL.Path, "/static/")
}

// Static serves what pages need besides themselves. Browsers ask each time whether it is still the same.
func Static() http.Handler {
	server := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, err := files.ReadFile(path.Clean(r.URL.Path)[1:])
		if err != nil {
			http.NotFound(w, r)
			return
		}
		digest := sha256.Sum256(content)
		w.Header().Set("ETag", `"`+hex.EncodeToString(digest[:8])+`"`)
		w.Header().Set("Cache-Control", "no-cache")
		server.ServeHTTP(w, r)
	})
}
