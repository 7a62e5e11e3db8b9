// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"context"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/metadatatest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/freeport"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/mail"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/webhook"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office/officetest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/smtptest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const patience = time.Minute

// mailedBy tells everybody over a mail server.
func mailedBy(address string, edits ...func(*NotificationsConfig)) func(*Config) {
	return func(c *Config) {
		n := defaultNotifications()
		m := mail.NewDefaultConfig()
		m.Endpoint, m.From, m.Encryption = address, "tokens@example.org", mail.None
		n.SMTP = configoptional.Some(m)
		for _, edit := range edits {
			edit(&n)
		}
		c.Notifications = configoptional.Some(n)
	}
}

// addresses gives everybody at acme one.
func (r *rig) addresses() {
	r.t.Helper()
	operator := lifecycle.New(r.Store, lifecycle.Options{By: "test"})
	_, err := operator.UpdateOrganization(r.t.Context(), lifecycle.Target{ID: "acme"}, func(o *token.Organization) {
		for i := range o.Members {
			o.Members[i].Email = o.Members[i].User + "@example.com"
		}
	})
	require.NoError(r.t, err)
	r.awaitServed()
}

func (r *rig) deletes(id string) {
	r.t.Helper()
	answer := r.as("max", http.MethodDelete, "/api/v1/organizations/acme/tokens/"+id, "")
	require.Equal(r.t, http.StatusNoContent, answer.StatusCode, answer.text)
}

// eventually waits for mails to so many recipients, and returns all recipients.
func eventually(t *testing.T, s *smtptest.Server, n int) []string {
	t.Helper()
	require.Eventually(t, func() bool { return len(s.Mails()) >= n }, patience, 10*time.Millisecond)
	all := s.Recipients()
	slices.Sort(all)
	return all
}

func (r *rig) ends() {
	r.t.Helper()
	require.NoError(r.t, r.admin.Shutdown(context.WithoutCancel(r.t.Context())))
}

func TestOwnersAndManagersAreTold(t *testing.T) {
	for name, place := range officetest.Places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := smtptest.Start(t, smtptest.Options{})
			var mu sync.Mutex
			var posts []string
			hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				mu.Lock()
				defer mu.Unlock()
				posts = append(posts, string(body))
			}))
			defer hook.Close()
			r := newRig(t, place(t), mailedBy(server.Addr(), func(c *NotificationsConfig) {
				w := webhook.NewDefaultConfig()
				w.ClientConfig.Endpoint = hook.URL
				w.Secret = configopaque.String("whsec_" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 32))))
				c.Webhook, c.ConsoleURL = configoptional.Some(w), "https://tokens.example.com/"
			}))
			r.addresses()
			r.deletes("shop-web")
			assert.Equal(t, []string{"max@example.com", "olga@example.com"}, eventually(t, server, 2))
			rotated := r.as("max", http.MethodPost, "/api/v1/organizations/acme/tokens/shop-app/rotate", `{"grace": "1h"}`)
			require.Equal(t, http.StatusOK, rotated.StatusCode)
			eventually(t, server, 4)
			require.Eventually(t, func() bool { mu.Lock(); defer mu.Unlock(); return len(posts) >= 2 }, patience, 10*time.Millisecond)
			r.ends()

			assert.Len(t, server.Mails(), 4, "exactly one each")
			assert.Len(t, posts, 2)
			texts := strings.Join(posts, "\n")
			for _, m := range server.Mails() {
				texts += m.Data
			}
			for _, secret := range append(r.Secrets, rotated.body["secret"].(string)) {
				assert.NotContains(t, texts, secret)
			}
			assert.Contains(t, posts[0], `"type":"client_token.deleted"`)
			assert.Contains(t, posts[0], `"by":"max"`)
			assert.Contains(t, posts[0], `"link":"https://tokens.example.com/o/acme"`)
			assert.Contains(t, posts[1], `"link":"https://tokens.example.com/o/acme/t/shop-app"`)
			assert.Contains(t, server.Mails()[0].Data, "https://tokens.example.com/o/acme\r\n")
			labels := func(channel string) attribute.Set {
				return attribute.NewSet(attribute.String("channel", channel), attribute.String("result", "sent"),
					attribute.String("extension", "client_token_admin"))
			}
			metadatatest.AssertEqualExtensionClientTokenAdminNotifications(t, r.telemetry, []metricdata.DataPoint[int64]{
				{Value: 4, Attributes: labels("smtp")}, {Value: 2, Attributes: labels("webhook")},
			}, metricdatatest.IgnoreTimestamp())
		})
	}
}

// What was done by hand is told, too.
func TestHandEditsAreTold(t *testing.T) {
	server := smtptest.Start(t, smtptest.Options{})
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	r := newRig(t, filestore.Open(path, filestore.Options{NoteEdits: true}), mailedBy(server.Addr()))
	r.addresses()
	time.Sleep(time.Second) // the audit can say what an edit has changed once it knows what was there before
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	head, rest, _ := strings.Cut(string(content), "  - id: shop-web\n")
	_, tail, _ := strings.Cut(rest, "  - id: ")
	require.NoError(t, os.WriteFile(path, []byte(head+"  - id: "+tail), 0o600))
	assert.Equal(t, []string{"max@example.com", "olga@example.com"}, eventually(t, server, 2))
	assert.Contains(t, server.Mails()[0].Data, "somebody who edited the file by hand")
}

// A mail server that is away is seen, and holds nobody up.
func TestAMailServerThatIsAway(t *testing.T) {
	addresses, err := freeport.Addresses(1)
	require.NoError(t, err)
	r := newRig(t, officetest.File(t), mailedBy(addresses[0]))
	assert.Equal(t, 1, r.logs.FilterMessageSnippet("isn't kept over a restart").Len())
	r.addresses()
	r.deletes("shop-web")
	failing := func() bool { return slices.Contains(r.host.Statuses(), componentstatus.StatusRecoverableError) }
	require.Eventually(t, failing, patience, 10*time.Millisecond)
	lines := r.logs.FilterMessage("notifications fail, and are tried again")
	require.Equal(t, 1, lines.Len())
	assert.Equal(t, "smtp", lines.All()[0].ContextMap()["part"])

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", addresses[0])
	require.NoError(t, err)
	server := smtptest.Serve(t, smtptest.Options{}, listener)
	eventually(t, server, 2)
	require.Eventually(t, func() bool {
		all := r.host.Statuses()
		return all[len(all)-1] == componentstatus.StatusOK
	}, patience, 10*time.Millisecond)
	assert.Equal(t, 1, r.logs.FilterMessage("notifications fail, and are tried again").Len(), "not one for each attempt")
	assert.Equal(t, 1, r.logs.FilterMessage("notifications work again").Len())
}

// A mail server that hangs blocks neither a request nor the end.
func TestAMailServerThatHangs(t *testing.T) {
	hang, release := context.WithCancel(context.Background())
	asked := make(chan struct{}, 10)
	server := smtptest.Start(t, smtptest.Options{Recipient: func(string) error {
		asked <- struct{}{}
		<-hang.Done()
		return nil
	}})
	t.Cleanup(release)
	patient := func(c *NotificationsConfig) { c.SMTP.Get().Timeout = time.Minute }
	r := newRig(t, officetest.File(t), mailedBy(server.Addr(), patient))
	r.addresses()
	r.deletes("shop-web")
	<-asked
	r.deletes("shop-app")
	r.ends()
	assert.Empty(t, server.Mails())
}

// cellar is a storage extension that outlives the others.
type cellar struct {
	component.StartFunc
	component.ShutdownFunc

	mu      sync.Mutex
	content map[string][]byte
	owners  []component.ID // who asked for a drawer
}

func (c *cellar) GetClient(_ context.Context, _ component.Kind, owner component.ID, _ string) (storage.Client, error) {
	c.owners = append(c.owners, owner)
	return drawer{cellar: c}, nil
}

type drawer struct {
	storage.Client

	cellar *cellar
}

func (s drawer) Get(_ context.Context, key string) ([]byte, error) {
	s.cellar.mu.Lock()
	defer s.cellar.mu.Unlock()
	return s.cellar.content[key], nil
}

func (s drawer) Set(_ context.Context, key string, value []byte) error {
	s.cellar.mu.Lock()
	defer s.cellar.mu.Unlock()
	s.cellar.content[key] = value
	return nil
}

func (drawer) Close(context.Context) error { return nil }

// With a storage a collector that owns a file goes on where it has ended: with what it could not deliver, and with what
// was done while it was down.
func TestAStorageKeepsWhatIsToBeTold(t *testing.T) {
	kept := &cellar{content: map[string][]byte{}}
	storageID := component.MustNewID("file_storage")
	inStorage := func(c *NotificationsConfig) { c.Storage = &storageID }
	addresses, err := freeport.Addresses(1)
	require.NoError(t, err)
	r := newStoppedRig(t, officetest.File(t), mailedBy(addresses[0], inStorage))
	r.host.extensions[storageID] = kept
	require.NoError(t, r.admin.Start(t.Context(), r.host))
	assert.Zero(t, r.logs.FilterMessageSnippet("isn't kept over a restart").Len())
	r.addresses()
	r.deletes("shop-web")
	require.Eventually(t, func() bool {
		return r.logs.FilterMessage("notifications fail, and are tried again").Len() > 0
	}, patience, 10*time.Millisecond)
	r.ends()
	_, err = lifecycle.New(r.Store, lifecycle.Options{By: "cli:jo"}).Delete(t.Context(), lifecycle.Target{ID: "shop-app"})
	require.NoError(t, err)

	server := smtptest.Start(t, smtptest.Options{})
	anywhere := func(c *Config) { c.HTTP.NetAddr.Endpoint = "localhost:0" }
	next := newAdminOf(t, configured(mailedBy(server.Addr(), inStorage), anywhere))
	require.NoError(t, next.Start(t.Context(), r.host))
	eventually(t, server, 4)
	require.NoError(t, next.Shutdown(t.Context()))
	assert.Len(t, server.Mails(), 4)
	assert.Equal(t, []component.ID{r.admin.id, next.id}, kept.owners, "in a storage of files each has its own")
}

func TestStorageThatIsNone(t *testing.T) {
	for name, test := range map[string]struct {
		extension component.Component
		problem   string
	}{
		"absent":     {nil, "there is no extension file_storage"},
		"no storage": {basic{}, "file_storage stores nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			id := component.MustNewID("file_storage")
			r := newStoppedRig(t, officetest.File(t), mailedBy("localhost:25", func(c *NotificationsConfig) { c.Storage = &id }))
			if test.extension != nil {
				r.host.extensions[id] = test.extension
			}
			require.ErrorContains(t, r.admin.Start(t.Context(), r.host), "notifications: storage: "+test.problem)
		})
	}
}

func TestLinks(t *testing.T) {
	one, more := []notify.Subject{{ID: "shop-web"}}, []notify.Subject{{ID: "a"}, {ID: "b"}}
	c := NotificationsConfig{ConsoleURL: "https://example.com/tokens/"}
	for _, test := range []struct {
		event notify.Event
		want  string
	}{
		{notify.Event{Kind: notify.Rotated, Tokens: one}, "https://example.com/tokens/o/acme/t/shop-web"},
		{notify.Event{Kind: notify.Rotated, Tokens: more}, "https://example.com/tokens/o/acme"},
		{notify.Event{Kind: notify.Rotated, Tokens: one, More: 7}, "https://example.com/tokens/o/acme"},
		{notify.Event{Kind: notify.Deleted, Tokens: one}, "https://example.com/tokens/o/acme"},
		{notify.Event{Kind: notify.LimitReached}, "https://example.com/tokens/o/acme"},
	} {
		test.event.Organization.ID = "acme"
		assert.Equal(t, test.want, c.link(&test.event))
		assert.Empty(t, (&NotificationsConfig{}).link(&test.event))
	}
}

// That nobody is told is told to those who can do something about it, and why to those who may know.
func TestPagesTellThatNobodyIsTold(t *testing.T) {
	addresses, err := freeport.Addresses(1)
	require.NoError(t, err)
	nobody := addresses[0]
	r := newRig(t, officetest.File(t), mailedBy(nobody))
	r.addresses()
	organizations, settings := page{path: "/"}, page{path: "/o/acme/settings"}
	assert.NotContains(t, r.visit(administrator, organizations).text, "Notifications fail")
	assert.NotContains(t, r.visit(owner, settings).text, "Notifications can't be delivered")
	r.deletes("shop-web")
	require.Eventually(t, func() bool {
		return strings.Contains(r.visit(owner, settings).text, "Notifications can't be delivered")
	}, patience, 10*time.Millisecond)
	assert.NotContains(t, r.visit(owner, settings).text, nobody)
	assert.Contains(t, r.visit(administrator, organizations).text, "smtp: ")
	assert.Contains(t, r.visit(administrator, organizations).text, nobody)
	r.ends()
}
