// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"io"
	"net/http"
)

// Sender is who posts.
type Sender struct{ Secret, Origin string }

// Header returns what goes with each post.
func (s Sender) Header(e Encoding) http.Header {
	return http.Header{"Content-Type": {e.ContentType()}, "X-Client-Token": {s.Secret}, "Origin": {s.Origin}}
}

// Post posts once. The body of the answer is gone.
func (s Sender) Post(ctx context.Context, url string, e Encoding, body io.Reader) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, body)
	if err != nil {
		return nil, err
	}
	request.Header = s.Header(e)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	return response, response.Body.Close()
}
