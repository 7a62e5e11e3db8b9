// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// posted is what a receiver of webhooks was sent.
type posted struct {
	from, id, at, body string
	trust              error // nil: it is signed by who has the secret

	request *http.Request
	answer  chan<- int // the status; 0: none
}

// receiver starts a server that asks the test what to answer to each post.
func receiver(t *testing.T) (string, <-chan posted) {
	t.Helper()
	verifier, err := standardwebhooks.NewWebhook(webhookSecret)
	require.NoError(t, err)
	posts := make(chan posted, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		answer := make(chan int)
		posts <- posted{
			r.Header.Get("X-From"), r.Header.Get("Webhook-Id"), r.Header.Get("Webhook-Timestamp"), string(body),
			verifier.Verify(body, r.Header), r, answer,
		}
		select {
		case status := <-answer:
			w.WriteHeader(status)
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, posts
}

// awaitPost waits for a post that can be trusted and tells of the deletion of a token.
func awaitPost(t *testing.T, posts <-chan posted, token string) posted {
	t.Helper()
	select {
	case p := <-posts:
		require.NoError(t, p.trust)
		require.Contains(t, p.body, `"type":"client_token.deleted"`)
		require.Contains(t, p.body, `"tokens":[{"id":"`+token+`"}]`)
		return p
	case <-time.After(time.Minute):
		require.Fail(t, "nothing was posted")
		return posted{}
	}
}

// A receiver hears of each deletion once, whatever it answers at first and whoever of the fleet dies while posting.
func TestAReceiverHearsOfEachDeletion(t *testing.T) {
	t.Parallel()
	redis := startDurableRedis(t)
	hook, posts := receiver(t)
	fleet := map[string]*office{}
	for i := range 3 {
		name := fmt.Sprint("collector-", i)
		fleet[name] = beginOfficeWith(t, inRedis(redis.Addr()),
			[]string{"HOOK=" + hook, "WEBHOOK_SECRET=" + webhookSecret, "NAME=" + name}, "testdata/webhook.yaml")
	}
	for _, o := range fleet {
		o.awaitReady(t)
	}
	secret := fleet["collector-0"].found(t, `{"id": "shop", "kind": "web"}`)
	fleet["collector-0"].ask(t, "max", http.MethodPost, "/organizations/acme/tokens", `{"id": "app", "kind": "web"}`, 201)

	fleet["collector-1"].ask(t, "max", http.MethodDelete, shopPath, "", 204)
	first := awaitPost(t, posts, "shop")
	first.answer <- http.StatusServiceUnavailable
	again := awaitPost(t, posts, "shop")
	again.answer <- http.StatusNoContent
	assert.Equal(t, []string{first.id, first.body}, []string{again.id, again.body})
	assert.Less(t, first.at, again.at, "each attempt has its own time")

	fleet["collector-2"].ask(t, "max", http.MethodDelete, strings.Replace(shopPath, "shop", "app", 1), "", 204)
	claimed := awaitPost(t, posts, "app")
	require.NoError(t, fleet[claimed.from].command.Process.Kill())
	<-claimed.request.Context().Done()
	heir := awaitPost(t, posts, "app")
	heir.answer <- http.StatusOK
	assert.NotEqual(t, claimed.from, heir.from)
	assert.Equal(t, []string{claimed.id, claimed.body}, []string{heir.id, heir.body})

	time.Sleep(3 * time.Second) // time for one too many
	assert.Empty(t, posts)
	for _, o := range fleet {
		assert.NotContains(t, o.log.String(), webhookSecret)
		assert.NotContains(t, o.log.String(), secret)
	}
}
