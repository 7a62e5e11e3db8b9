// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package mail

import (
	"context"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/goleak"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/smtptest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

func event(name string) *notify.Event {
	return &notify.Event{
		ID: "audit-1-0", Kind: notify.Deleted, At: time.Date(2026, 11, 26, 1, 4, 24, 0, time.UTC), By: "cli:jo",
		Organization: notify.Subject{ID: "acme", Name: "Acme Inc."},
		Tokens:       []notify.Subject{{ID: "shop-web", Name: name}},
	}
}

func sender(t *testing.T, address string, edits ...func(*Config)) *Sender {
	t.Helper()
	c := NewDefaultConfig()
	c.Endpoint, c.From, c.Timeout = address, "Client tokens <tokens@example.org>", 10*time.Second
	for _, edit := range edits {
		edit(&c)
	}
	require.NoError(t, c.Validate())
	s, err := NewSender(t.Context(), &c)
	require.NoError(t, err)
	return s
}

func plain(c *Config) { c.Encryption = None }

func TestEncryption(t *testing.T) {
	user := smtptest.Options{Username: "jo", Password: "a secret"}
	startTLS, implicit := user, user
	startTLS.StartTLS, implicit.Implicit = true, true
	signIn := func(password configopaque.String, e Encryption) func(*Config) {
		return func(c *Config) { c.Username, c.Password, c.Encryption = "jo", password, e }
	}
	for name, test := range map[string]struct {
		options  smtptest.Options
		edit     func(*Config)
		distrust bool
		problem  string // "": the mail arrives
	}{
		"starttls":                    {options: startTLS, edit: signIn("a secret", StartTLS)},
		"implicit":                    {options: implicit, edit: signIn("a secret", Implicit)},
		"none":                        {edit: plain},
		"wrong password":              {options: startTLS, edit: signIn("another secret", StartTLS), problem: "AUTH failed"},
		"not signed in":               {options: startTLS, edit: func(*Config) {}, problem: "uthenticat"},
		"a server that can't encrypt": {edit: func(*Config) {}, problem: "set smtp.encryption: implicit"},
		"unknown certificate": {
			options: startTLS, edit: signIn("a secret", StartTLS), distrust: true, problem: "certificate",
		},
		"unknown certificate, implicit": {
			options: implicit, edit: signIn("a secret", Implicit), distrust: true, problem: "certificate",
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := smtptest.Start(t, test.options)
			s := sender(t, server.Addr(), test.edit, func(c *Config) {
				if !test.distrust {
					c.TLS.CAFile = server.CAFile(t)
				}
			})
			err := s.Send(t.Context(), event("Shop"), "jo@example.com", "")
			if test.problem == "" {
				require.NoError(t, err)
				assert.Equal(t, []string{"jo@example.com"}, server.Recipients())
				return
			}
			require.ErrorContains(t, err, test.problem)
			assert.NotContains(t, err.Error(), "secret")
			var rejected *notify.RejectedError
			assert.NotErrorAs(t, err, &rejected, "it is not about this one mail")
			assert.Empty(t, server.Mails())
		})
	}
}

func TestMail(t *testing.T) {
	server := smtptest.Start(t, smtptest.Options{})
	s := sender(t, server.Addr(), plain)
	require.NoError(t, s.Send(t.Context(), event("Läden"), "jo@example.com", "https://console.example.com/acme"))
	require.NoError(t, s.Send(t.Context(), event("Läden"), "jo@example.com", ""))

	mails := server.Mails()
	require.Len(t, mails, 2)
	assert.Equal(t, "tokens@example.org", mails[0].From)
	m := mails[0].Message(t)
	assert.Equal(t, `"Client tokens" <tokens@example.org>`, m.Header.Get("From"))
	assert.Equal(t, "<jo@example.com>", m.Header.Get("To"))
	assert.Equal(t, `Client token "Läden" of Acme Inc. was deleted`, decoded(t, m.Header.Get("Subject")))
	assert.Equal(t, "Thu, 26 Nov 2026 01:04:24 +0000", m.Header.Get("Date"))
	assert.Equal(t, "auto-generated", m.Header.Get("Auto-Submitted"))
	assert.Equal(t, m.Header.Get("Message-Id"), mails[1].Message(t).Header.Get("Message-Id"), "sent again, it is the same mail")
	assert.Regexp(t, `^<[0-9a-f]{32}@example\.org>$`, m.Header.Get("Message-Id"))
	assert.Equal(t, event("Läden").Text("https://console.example.com/acme"), body(t, m))
}

func decoded(t *testing.T, header string) string {
	t.Helper()
	text, err := new(mime.WordDecoder).DecodeHeader(header)
	require.NoError(t, err)
	return text
}

func body(t *testing.T, m *netmail.Message) string {
	t.Helper()
	assert.Equal(t, "quoted-printable", m.Header.Get("Content-Transfer-Encoding"))
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	require.NoError(t, err)
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// Whatever a name is, it stays in the subject.
func TestNamesAddNoHeader(t *testing.T) {
	server := smtptest.Start(t, smtptest.Options{})
	s := sender(t, server.Addr(), plain)
	for _, name := range []string{
		"Shop\r\nBcc: eve@example.com", "Shop\nBcc: eve@example.com", "Shop\rBcc: eve@example.com",
		"Shop\u2028Bcc: eve@example.com",
		"=?utf-8?q?Shop=0D=0ABcc:_eve@example.com?=", "\r\n\r\n<script>", "\r\n.\r\nQUIT\r\n",
		strings.Repeat("長", 100), strings.Repeat("x", 100), `"`, `\`, "\x00", "\xff",
	} {
		e := event(name)
		e.Organization.Name, e.By, e.From = name, name, name
		require.NoError(t, s.Send(t.Context(), e, "jo@example.com", ""), name)
		mails := server.Mails()
		last := mails[len(mails)-1]
		m := last.Message(t)
		assert.Len(t, m.Header, 9, "%q: %v", name, m.Header)
		assert.Empty(t, m.Header.Get("Bcc"))
		assert.Equal(t, []string{"jo@example.com"}, last.To)
		subject := decoded(t, m.Header.Get("Subject"))
		assert.True(t, strings.HasSuffix(subject, "was deleted"), subject)
		assert.NotContains(t, subject, "\n")
		assert.Contains(t, body(t, m), "This mail goes to the owners and managers")
		for line := range strings.SplitSeq(last.Data, "\r\n") {
			assert.LessOrEqual(t, len(line), 998, "RFC 5322, section 2.1.1")
		}
	}
}

func TestWhoseFaultItIs(t *testing.T) {
	answer := func(code int) func(string) error {
		return func(string) error { return &smtp.SMTPError{Code: code, Message: "no"} }
	}
	for name, test := range map[string]struct {
		options           smtptest.Options
		rejected, finally bool
	}{
		"unknown recipient": {smtptest.Options{Recipient: answer(550)}, true, true},
		"greylisted":        {smtptest.Options{Recipient: answer(451)}, true, false},
		"who are you":       {smtptest.Options{Recipient: answer(530)}, false, false},
		"going down":        {smtptest.Options{Recipient: answer(421)}, false, false},
		"refused content":   {smtptest.Options{Data: func(smtptest.Mail) error { return answer(554)("") }}, true, true},
		"not now":           {smtptest.Options{Data: func(smtptest.Mail) error { return answer(452)("") }}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := sender(t, smtptest.Start(t, test.options).Addr(), plain)
			err := s.Send(t.Context(), event("Shop"), "jo@example.com", "")
			require.Error(t, err)
			var rejected *notify.RejectedError
			if !test.rejected {
				assert.NotErrorAs(t, err, &rejected)
				return
			}
			require.ErrorAs(t, err, &rejected)
			assert.Equal(t, test.finally, rejected.Final)
		})
	}
	t.Run("no address", func(t *testing.T) {
		s := sender(t, "127.0.0.1:1", plain)
		var rejected *notify.RejectedError
		require.ErrorAs(t, s.Send(t.Context(), event("Shop"), "jo@example.com, eve@example.com", ""), &rejected)
		assert.True(t, rejected.Final)
	})
}

// A server that hangs is left when the context ends, at whatever point it hangs.
func TestHangingServersAreLeft(t *testing.T) {
	hang := make(chan struct{})
	defer close(hang)
	for name, test := range map[string]struct {
		address    string
		encryption Encryption
	}{
		"says nothing":           {mute(t), None},
		"says nothing, implicit": {mute(t), Implicit},
		"in the middle": {
			smtptest.Start(t, smtptest.Options{Recipient: func(string) error { <-hang; return nil }}).Addr(), None,
		},
		"at the end": {
			smtptest.Start(t, smtptest.Options{Data: func(smtptest.Mail) error { <-hang; return nil }}).Addr(), None,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := sender(t, test.address, func(c *Config) { c.Encryption = test.encryption })
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			require.Error(t, s.Send(ctx, event("Shop"), "jo@example.com", "")) // long before the timeout of 10 s
			assert.Error(t, ctx.Err())
		})
	}
}

// mute returns the address of a server that takes connections and never says a word.
func mute(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().String()
}
