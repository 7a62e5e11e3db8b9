// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/smtptest"
)

// beginNotifying starts a Collector that tells people by a mail server.
func beginNotifying(t *testing.T, registry string, s *smtptest.Server) *office {
	t.Helper()
	return beginOfficeWith(t, registry, []string{"SMTP=" + s.Addr()}, "testdata/notifications.yaml")
}

// beginNotifyingFleet starts three, and waits until they are ready.
func beginNotifyingFleet(t *testing.T, redis *redistest.Server, s *smtptest.Server) []*office {
	t.Helper()
	var offices []*office
	for range 3 {
		offices = append(offices, beginNotifying(t, inRedis(redis.Addr()), s))
	}
	for _, o := range offices {
		o.awaitReady(t)
	}
	return offices
}

// mails counts what a mail server took: for each recipient how often each subject.
func mails(t *testing.T, s *smtptest.Server) map[string]map[string]int {
	t.Helper()
	counts := map[string]map[string]int{}
	for _, m := range s.Mails() {
		require.Len(t, m.To, 1, "nobody sees who else is told")
		if counts[m.To[0]] == nil {
			counts[m.To[0]] = map[string]int{}
		}
		counts[m.To[0]][m.Message(t).Header.Get("Subject")]++
	}
	return counts
}

// toOwnerAndManager is what mails should count, if each of these got one with each subject.
func toOwnerAndManager(subjects ...string) map[string]map[string]int {
	counts := map[string]map[string]int{}
	for _, to := range []string{"olga@example.com", "max@example.com"} {
		counts[to] = map[string]int{}
		for _, s := range subjects {
			counts[to][s]++
		}
	}
	return counts
}

func wasDeleted(id string) string {
	return fmt.Sprintf("Client token %q of acme was deleted", id)
}

func awaitMails(t *testing.T, s *smtptest.Server, n int) {
	t.Helper()
	require.Eventually(t, func() bool { return len(s.Mails()) >= n }, 2*time.Minute, 20*time.Millisecond)
}

// Owner and manager get a mail each, and nobody else, while collectors of the fleet come and go.
func TestAFleetTellsOfEachDeletionOnce(t *testing.T) {
	t.Parallel()
	redis, server := startDurableRedis(t), smtptest.Start(t, smtptest.Options{})
	offices := beginNotifyingFleet(t, redis, server)
	secret := offices[0].found(t, `{"id": "shop", "kind": "web"}`)
	offices[1].ask(t, "max", http.MethodDelete, shopPath, "", 204)
	awaitMails(t, server, 2)
	assert.Equal(t, toOwnerAndManager(wasDeleted("shop")), mails(t, server))

	subjects := []string{wasDeleted("shop")}
	for i := range 6 {
		id := fmt.Sprint("shop-", i)
		offices[0].ask(t, "max", http.MethodPost, "/organizations/acme/tokens", `{"kind": "web", "id": "`+id+`"}`, 201)
		offices[0].ask(t, "max", http.MethodDelete, "/organizations/acme/tokens/"+id, "", 204)
		offices[1+i%2].stop() // it may be the one that tells
		offices[1+i%2] = beginNotifying(t, inRedis(redis.Addr()), server)
		offices[1+i%2].awaitReady(t)
		subjects = append(subjects, wasDeleted(id))
	}
	awaitMails(t, server, 2*len(subjects))
	time.Sleep(3 * time.Second) // time for one too many
	assert.Equal(t, toOwnerAndManager(subjects...), mails(t, server))
	for _, m := range server.Mails() {
		assert.NotContains(t, m.Data, secret)
	}
}

// Whoever has claimed a mail and dies before it was delivered has it delivered by another.
func TestAnotherTellsWhatAKilledOneHasClaimed(t *testing.T) {
	t.Parallel()
	asked, release := make(chan string, 100), make(chan struct{})
	server := smtptest.Start(t, smtptest.Options{Recipient: func(address string) error {
		asked <- address
		<-release
		return nil
	}})
	redis := startDurableRedis(t)
	dying := beginNotifying(t, inRedis(redis.Addr()), server)
	dying.awaitReady(t)
	dying.found(t, `{"id": "shop", "kind": "web"}`)
	dying.ask(t, "max", http.MethodDelete, shopPath, "", 204)
	<-asked
	require.NoError(t, dying.command.Process.Kill())
	<-dying.exited
	close(release)
	assert.Empty(t, server.Mails())

	beginNotifying(t, inRedis(redis.Addr()), server).awaitReady(t)
	awaitMails(t, server, 2)
	assert.Equal(t, toOwnerAndManager(wasDeleted("shop")), mails(t, server))
}

// What is deleted by the command while no Collector runs is told when one does.
func TestWhatWasDoneMeanwhileIsTold(t *testing.T) {
	t.Parallel()
	redis, server := startDurableRedis(t), smtptest.Start(t, smtptest.Options{})
	o := beginNotifying(t, inRedis(redis.Addr()), server)
	o.awaitReady(t)
	o.found(t, `{"id": "shop", "kind": "web"}`)
	time.Sleep(2 * time.Second) // until it has read the history once
	o.stop()
	onRedis(t, redis.Addr()).must("delete", "shop", "--yes")
	beginNotifying(t, inRedis(redis.Addr()), server).awaitReady(t)
	awaitMails(t, server, 2)
	assert.Equal(t, toOwnerAndManager(wasDeleted("shop")), mails(t, server))
	assert.Contains(t, server.Mails()[0].Data, "Who:  cli:")
}

// Whose limit refuses spans is told so, though nobody has changed anything.
func TestALimitThatIsReachedIsTold(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t, smtptest.Options{})
	o := beginNotifying(t, emptyFile(t), server)
	o.awaitReady(t)
	secret := o.found(t, `{"id": "shop", "kind": "web", "spans_per_minute": 10}`)
	for _, want := range []int{http.StatusOK, http.StatusTooManyRequests} {
		require.Equal(t, want, post(t, o.middleware, secret, "", 6).status)
	}
	awaitMails(t, server, 2)
	assert.Equal(t, toOwnerAndManager(`Client token "shop" of acme has reached its limit`), mails(t, server))
	assert.Contains(t, server.Mails()[0].Data, "shop: 10 spans a minute; 6 of 12 spans were refused today")
}
