// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
)

// maxAnswer is how much of an answer is read, so that the connection can be used again: its status is all that counts.
const maxAnswer = 64 << 10

// Poster posts notifications.
type Poster struct {
	config *Config
	client *http.Client
	key    []byte
	now    func() time.Time
}

// NewPoster returns the poster for a valid config. host has the extensions that the config may name.
func NewPoster(ctx context.Context, c *Config, host component.Host, set component.TelemetrySettings) (*Poster, error) {
	key, err := c.key()
	if err != nil {
		return nil, err
	}
	set.TracerProvider = noop.NewTracerProvider() // a span would tell the URL, see withoutURL
	client, err := c.ClientConfig.ToClient(ctx, host.GetExtensions(), set)
	if err != nil {
		return nil, withoutURL(err)
	}
	// Where an answer leads to has not been configured. It is an answer like any other that isn't 2xx.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Poster{c, client, key, time.Now}, nil
}

// Timeout is how long Post takes at most.
func (p *Poster) Timeout() time.Duration {
	return p.config.ClientConfig.Timeout
}

// Close ends connections.
func (p *Poster) Close() {
	p.client.CloseIdleConnections()
}

// Post posts an event. Any answer but 2xx is an error. link leads to the console; it may be empty.
func (p *Poster) Post(ctx context.Context, e *notify.Event, link string) error {
	ctx, cancel := context.WithTimeout(ctx, p.config.ClientConfig.Timeout)
	defer cancel()
	request, err := p.request(ctx, e, link)
	if err != nil {
		return err
	}
	response, err := p.client.Do(request)
	if err != nil {
		return withoutURL(err)
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, maxAnswer)
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("the receiver answers %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	}
	return nil
}

// withoutURL hides the URL, which is a secret where the path is what a receiver knows its senders by, or a proxy's password
// is in it.
func withoutURL(err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err
	}
	return err
}

// request signs id, time and body together. The time is that of the attempt: receivers refuse old ones.
func (p *Poster) request(ctx context.Context, e *notify.Event, link string) (*http.Request, error) {
	body, err := bodyOf(e, link)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.config.ClientConfig.Endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	at := strconv.FormatInt(p.now().Unix(), 10)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Webhook-Id", e.ID)
	request.Header.Set("Webhook-Timestamp", at)
	request.Header.Set("Webhook-Signature", p.sign(e.ID, at, body))
	return request, nil
}

func (p *Poster) sign(id, at string, body []byte) string {
	mac := hmac.New(sha256.New, p.key)
	mac.Write([]byte(id + "." + at + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
