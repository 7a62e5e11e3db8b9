// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package mail

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configtls"
)

// Config says which server takes mails, and who they are from.
type Config struct {
	// Endpoint is host:port of the mail server, usually with port 587, or 465 for encryption: implicit. No default.
	Endpoint string `mapstructure:"endpoint"`

	// Encryption is starttls (default: the connection becomes encrypted before anything is said; a server that can't
	// is an error), implicit (encrypted from the start), or none, which goes without a password only.
	Encryption Encryption `mapstructure:"encryption"`

	// TLS says which certificates to trust, and which to show. Default: those that the system trusts.
	TLS configtls.ClientConfig `mapstructure:"tls"`

	// Username and Password sign in to the server. Default: nobody signs in.
	Username string              `mapstructure:"username"`
	Password configopaque.String `mapstructure:"password"`

	// From is the sender: an address, or a name and an address: "Client tokens <tokens@example.com>". No default.
	From string `mapstructure:"from"`

	// Timeout is how long sending one mail may take, connecting included: 1s to 1m. Default 30s.
	Timeout time.Duration `mapstructure:"timeout"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Encryption says how a connection to a mail server is protected.
type Encryption string

// The values of encryption.
const (
	StartTLS Encryption = "starttls"
	Implicit Encryption = "implicit"
	None     Encryption = "none"
)

const (
	defaultTimeout = 30 * time.Second
	minTimeout     = time.Second
	maxTimeout     = time.Minute
)

// NewDefaultConfig has all but the endpoint and the sender.
func NewDefaultConfig() Config {
	return Config{Encryption: StartTLS, TLS: configtls.NewDefaultClientConfig(), Timeout: defaultTimeout}
}

// Validate reports all faults at once. The Collector itself validates what is inside tls.
func (c *Config) Validate() error {
	return errors.Join(
		c.validateEndpoint(),
		c.validateEncryption(),
		c.validateUser(),
		c.validateFrom(),
		c.validateTimeout(),
	)
}

func (c *Config) validateEndpoint() error {
	if c.Endpoint == "" {
		return errors.New("endpoint is empty: name the mail server, for example mail.example.com:587")
	}
	host, port, err := net.SplitHostPort(c.Endpoint)
	number, errPort := strconv.ParseUint(port, 10, 16)
	if err != nil || errPort != nil || number == 0 || host == "" || strings.ContainsAny(host, "/@ \t\r\n") {
		// Not quoted: there may be a password in it.
		return errors.New("endpoint is not host:port: write it like mail.example.com:587")
	}
	return nil
}

func (c *Config) validateEncryption() error {
	switch c.Encryption {
	case StartTLS, Implicit, None:
	default:
		return fmt.Errorf("encryption is %q: use %s, %s or %s", c.Encryption, StartTLS, Implicit, None)
	}
	if c.TLS.Insecure {
		return errors.New("tls.insecure is true: set encryption: none for plain text, " +
			"or tls.insecure_skip_verify to accept any certificate")
	}
	return nil
}

func (c *Config) validateUser() error {
	switch {
	case (c.Username == "") != (c.Password == ""):
		return errors.New("only one of username and password is set: set both, or none")
	case c.Username != "" && c.Encryption == None:
		return errors.New("encryption is none, and a password would be readable on the way: use starttls or implicit")
	default:
		return nil
	}
}

func (c *Config) validateFrom() error {
	if c.From == "" {
		return errors.New(`from is empty: name the sender, for example "Client tokens <tokens@example.com>"`)
	}
	if _, err := mail.ParseAddress(c.From); err != nil {
		return fmt.Errorf(`from is %q: write an address, or a name and an address: "Client tokens <tokens@example.com>"`, c.From)
	}
	return nil
}

func (c *Config) validateTimeout() error {
	if c.Timeout >= minTimeout && c.Timeout <= maxTimeout {
		return nil
	}
	return fmt.Errorf("timeout is %v: use %v to %v", c.Timeout, minTimeout, maxTimeout)
}
