// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package mail

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// Sender sends mails, each over a connection of its own: there are few.
type Sender struct {
	config *Config
	host   string
	port   int
	tls    *tls.Config
	domain string // of the address that mails are from
}

// NewSender returns the sender for a valid config. The error is about the files that tls names.
func NewSender(ctx context.Context, c *Config) (*Sender, error) {
	s := &Sender{config: c}
	host, port, err := net.SplitHostPort(c.Endpoint)
	if err != nil {
		return nil, err
	}
	s.host = host
	if s.port, err = strconv.Atoi(port); err != nil {
		return nil, err
	}
	if s.tls, err = loadTLS(ctx, c, host); err != nil {
		return nil, err
	}
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, err
	}
	s.domain = from.Address[strings.LastIndexByte(from.Address, '@')+1:]
	return s, nil
}

func loadTLS(ctx context.Context, c *Config, host string) (*tls.Config, error) {
	config, err := c.TLS.LoadTLSConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	if config.ServerName == "" {
		config.ServerName = host
	}
	return config, nil
}

// Timeout is how long Send takes at most.
func (s *Sender) Timeout() time.Duration {
	return s.config.Timeout
}

// deliver sends a message. It ends with the context, whatever the server does.
func (s *Sender) deliver(ctx context.Context, m *mail.Msg) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel() // ends the connection, which go-mail leaves open when it fails
	client, err := mail.NewClient(s.host, s.options(ctx)...)
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, m)
	if err == nil || m.IsDelivered() { // what the server says after that is of no matter
		return nil
	}
	return judged(err)
}

func (s *Sender) options(ctx context.Context) []mail.Option {
	options := []mail.Option{
		mail.WithPort(s.port),
		mail.WithTimeout(s.config.Timeout),
		mail.WithTLSConfig(s.tls),
		mail.WithTLSPolicy(mail.NoTLS),
		mail.WithDialContextFunc(func(dial context.Context, network, address string) (net.Conn, error) {
			return s.dial(ctx, dial, network, address)
		}),
	}
	switch s.config.Encryption {
	case StartTLS:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	case Implicit:
		options = append(options, mail.WithSSL())
	}
	if s.config.Username != "" {
		options = append(options, mail.WithUsername(s.config.Username), mail.WithPassword(string(s.config.Password)),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthSCRAMSHA1, mail.SMTPAuthCramMD5,
				mail.SMTPAuthPlain, mail.SMTPAuthLogin))
	}
	return options
}

// dial connects until ctx ends, which may be long after dialling has.
func (s *Sender) dial(ctx, dial context.Context, network, address string) (net.Conn, error) {
	connection, err := new(net.Dialer).DialContext(dial, network, address)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = connection.Close() })
	bounded := &boundedConn{connection, maxRead}
	if s.config.Encryption == Implicit {
		return tls.Client(bounded, s.tls), nil
	}
	return bounded, nil
}
