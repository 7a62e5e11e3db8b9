// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package smtptest runs real mail servers on loopback for tests. They keep what they get, and can refuse, hang and fail.
package smtptest

import (
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mail is a message that the server took.
type Mail struct {
	From string   // of the envelope
	To   []string // of the envelope
	Data string   // headers and body, as they came
}

// Message returns the mail with its headers read.
func (m Mail) Message(tb testing.TB) *mail.Message {
	tb.Helper()
	message, err := mail.ReadMessage(strings.NewReader(m.Data))
	if err != nil {
		tb.Fatal(err)
	}
	return message
}

// Options say what a server is like. The zero value takes every mail, in plain text and from everybody.
type Options struct {
	StartTLS bool // it can encrypt
	Implicit bool // it encrypts from the start

	// Username and Password are asked for where they are set, once the connection is encrypted.
	Username, Password string

	// Recipient answers to a recipient, and Data to a whole mail: with nil if it is taken, as it is by default. They may
	// take their time.
	Recipient func(address string) error
	Data      func(m Mail) error
}

// Server is a mail server on loopback, which ends with the test.
type Server struct {
	options     Options
	address     string
	certificate *httptest.Server // whose certificate for 127.0.0.1 is good for mail, too

	mu    sync.Mutex // guards what follows
	mails []Mail
}

// Start starts a server.
func Start(tb testing.TB, o Options) *Server {
	tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	return Serve(tb, o, listener)
}

// Serve starts a server on a listener.
func Serve(tb testing.TB, o Options, listener net.Listener) *Server {
	tb.Helper()
	s := &Server{options: o, address: listener.Addr().String(), certificate: httptest.NewTLSServer(nil)}
	tb.Cleanup(s.certificate.Close)
	server := smtp.NewServer(s)
	server.Domain = "localhost"
	server.ErrorLog = silent{}
	config := &tls.Config{Certificates: s.certificate.TLS.Certificates}
	if o.StartTLS {
		server.TLSConfig = config
	}
	if o.Implicit {
		listener = tls.NewListener(listener, config)
	}
	var running sync.WaitGroup
	running.Go(func() { _ = server.Serve(listener) })
	tb.Cleanup(func() {
		_ = server.Close()
		running.Wait()
	})
	return s
}

// silent swallows what a server says of clients that leave.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// Addr returns host:port.
func (s *Server) Addr() string { return s.address }

// CAFile writes the certificate that the server shows, and returns the path.
func (s *Server) CAFile(tb testing.TB) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.certificate.Certificate().Raw})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// Mails returns what the server took, in order.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// Recipients returns who got mails: of each mail those of its envelope.
func (s *Server) Recipients() []string {
	var all []string
	for _, m := range s.Mails() {
		all = append(all, m.To...)
	}
	return all
}

// NewSession implements smtp.Backend.
func (s *Server) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &session{server: s, known: s.options.Username == ""}, nil
}

// session is a connection with a client.
type session struct {
	server *Server
	known  bool // the client has signed in, if it must
	mail   Mail
}

var _ smtp.AuthSession = (*session)(nil)

// AuthMechanisms implements smtp.AuthSession.
func (s *session) AuthMechanisms() []string {
	if s.server.options.Username == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth implements smtp.AuthSession.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != s.server.options.Username || password != s.server.options.Password {
			return errors.New("wrong user or password")
		}
		s.known = true
		return nil
	}), nil
}

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.known {
		return smtp.ErrAuthRequired
	}
	s.mail = Mail{From: from}
	return nil
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if answer := s.server.options.Recipient; answer != nil {
		if err := answer(to); err != nil {
			return err
		}
	}
	s.mail.To = append(s.mail.To, to)
	return nil
}

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mail.Data = string(data)
	if answer := s.server.options.Data; answer != nil {
		if err := answer(s.mail); err != nil {
			return err
		}
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, s.mail)
	return nil
}

// Reset implements smtp.Session.
func (*session) Reset() {}

// Logout implements smtp.Session.
func (*session) Logout() error { return nil }
