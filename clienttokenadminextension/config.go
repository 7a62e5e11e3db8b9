// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/confignet"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/forwarded"
)

// Config configures client_token_admin.
type Config struct {
	// Authenticator is the client_token_auth whose registry and usage are served. Required.
	Authenticator component.ID `mapstructure:"authenticator"`

	// HTTP is the server: the Collector's settings. Its defaults differ where people are not programs: endpoint
	// localhost:4320, max_request_body_size 65536, read_header_timeout 10s, read_timeout 30s, no compression. auth is
	// required, see InsecureNoAuth.
	HTTP confighttp.ServerConfig `mapstructure:"http"`

	// UserAttribute is where the authenticator of http.auth publishes who asks. Default username, as basicauth does.
	UserAttribute string `mapstructure:"user_attribute"`

	// Administrators are the users who may do everything in all organizations, and create and delete these.
	Administrators []string `mapstructure:"administrators"`

	// TrustedProxies are addresses and CIDRs of proxies whose X-Forwarded-For is believed when the audit says where
	// somebody came from. Default: none, so it is whoever has connected.
	TrustedProxies []string `mapstructure:"trusted_proxies"`

	// InsecureNoAuth lets everybody be an administrator who reaches the server, which must listen on a loopback address
	// then. Default false.
	InsecureNoAuth bool `mapstructure:"insecure_no_auth"`

	// Notifications tell people what they should know about their tokens. Default: nobody is told.
	Notifications configoptional.Optional[NotificationsConfig] `mapstructure:"notifications"`

	// prevent unkeyed literal initialization
	_ struct{}
}

func createDefaultConfig() component.Config {
	server := confighttp.NewDefaultServerConfig()
	server.NetAddr.Endpoint = "localhost:4320"
	server.MaxRequestBodySize = 64 << 10
	server.ReadHeaderTimeout = 10 * time.Second
	server.ReadTimeout = 30 * time.Second
	server.CompressionAlgorithms = []string{""}
	return &Config{
		HTTP: server, UserAttribute: "username",
		// Not None: then a lone `notifications:` would be read as absent.
		Notifications: configoptional.Default(defaultNotifications()),
	}
}

// Validate reports all faults at once.
func (c *Config) Validate() error {
	var errs []error
	if c.Authenticator == (component.ID{}) {
		errs = append(errs, errors.New("authenticator is missing: name the client_token_auth to look after"))
	}
	switch c.UserAttribute {
	case "":
		errs = append(errs, errors.New("user_attribute is empty: name what http.auth publishes, such as username or subject"))
	case "raw": // of basicauth and oidc
		errs = append(errs, errors.New("user_attribute is raw, which is the password: use username, subject or a claim"))
	}
	_, proxies := c.proxies()
	return errors.Join(append(errs, c.validateAuth(), c.validateAdministrators(), c.validateCORS(), proxies)...)
}

func (c *Config) proxies() (forwarded.Proxies, error) {
	return forwarded.ParseProxies("trusted_proxies", c.TrustedProxies)
}

// validateAuth lets nobody forget who may come in.
func (c *Config) validateAuth() error {
	switch {
	case c.HTTP.Auth.HasValue() && c.InsecureNoAuth:
		return errors.New("http.auth and insecure_no_auth are both set: keep http.auth")
	case c.HTTP.Auth.HasValue():
		return nil
	case !c.InsecureNoAuth:
		return errors.New("http.auth is missing: anybody could change tokens. Set http: {auth: {authenticator: basicauth}}, or, " +
			"on a machine of your own, insecure_no_auth: true")
	case !isLoopback(c.HTTP.NetAddr):
		return fmt.Errorf("insecure_no_auth is set, and %q is no loopback address: use http: {endpoint: localhost:4320}, "+
			"or set http.auth", c.HTTP.NetAddr.Endpoint)
	default:
		return nil
	}
}

func (c *Config) validateAdministrators() error {
	var errs []error
	for i, user := range c.Administrators {
		switch {
		case user == "":
			errs = append(errs, fmt.Errorf("administrators[%d] is empty: name a user, or remove it", i))
		case slices.Contains(c.Administrators[:i], user):
			errs = append(errs, fmt.Errorf("administrators[%d] is %q: listed twice, remove one", i, user))
		}
	}
	return errors.Join(errs...)
}

// validateCORS leaves no setting that does nothing: what another origin may read here it could neither send with a
// password nor change.
func (c *Config) validateCORS() error {
	if c.HTTP.CORS.HasValue() {
		return errors.New("http.cors is set: pages of other origins can't use this server, remove it")
	}
	return nil
}

// isLoopback tells whether only this machine can reach an address.
func isLoopback(addr confignet.AddrConfig) bool {
	if strings.HasPrefix(string(addr.Transport), "unix") {
		return true
	}
	host, _, err := net.SplitHostPort(addr.Endpoint)
	return err == nil && isLoopbackHost(host)
}

// isLoopbackHost believes in no name but localhost: others can lead anywhere.
func isLoopbackHost(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}
