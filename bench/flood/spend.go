// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/browser"
)

// maxPosts is more than any of our limits takes until it is used up, counting those of a window that moves on meanwhile.
const maxPosts = 1000

// use has a sender post batches until they are refused, and will be for a time to come. What is refused at all is refused
// for at most a minute, so it may have to wait for a new window first.
func use(ctx context.Context, url string, as browser.Sender, batch browser.Post, ahead time.Duration) error {
	for range maxPosts {
		left, err := refusedFor(ctx, url, as, batch)
		if err != nil {
			return err
		}
		if left >= enough(ahead) {
			return nil
		}
		if err := sleep(ctx, left); err != nil {
			return err
		}
	}
	return fmt.Errorf("%d posts don't use the limit up", maxPosts)
}

// enough is a Retry-After that isn't over before a time: it is up to a tenth too long, and rounded up to a second.
func enough(ahead time.Duration) time.Duration {
	return ahead + ahead/10 + 2*time.Second
}

// refusedFor posts once and returns what Retry-After says, 0 if the post is accepted.
func refusedFor(ctx context.Context, url string, as browser.Sender, batch browser.Post) (time.Duration, error) {
	body, err := os.Open(batch.File)
	if err != nil {
		return 0, err
	}
	answer, err := as.Post(ctx, url, batch.Encoding, body)
	if err != nil {
		return 0, err
	}
	switch answer.StatusCode {
	case http.StatusOK:
		return 0, nil
	case http.StatusTooManyRequests:
		seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
		return time.Duration(seconds) * time.Second, err
	}
	return 0, fmt.Errorf("a post to use the limit up: %s", answer.Status)
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
