// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisconn

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"
)

// URLForm is what ParseURL reads, for people.
const URLForm = "redis://[user][:password]@host[:port][/db], or rediss:// for TLS"

// urlTimeout is longer than that of a collector: a person would rather wait than start again.
const urlTimeout = time.Second

// No error of a URL quotes a part of it: where a password has a character that should have been escaped, any part may be
// one of the password.
var (
	errURL = errors.New("the URL can't be read: write " + URLForm +
		`; in user and password write %40 for "@", %2F for "/", %3A for ":", %3F for "?", %23 for "#", %25 for "%"`)
	errURLHost  = errors.New("the URL names no host: write " + URLForm)
	errURLPath  = errors.New("the path of the URL is not the number of a database: write /0, or leave it out")
	errURLParam = errors.New("the URL has a parameter that is unknown or there twice: use " +
		"addr (for each further endpoint), cluster, master_name, sentinel_username, sentinel_password, prefix, timeout, " +
		"ca_file, insecure_skip_verify")
)

// ParseURL returns the configuration that a URL stands for: redis://[user][:password]@host[:port][/db], rediss:// for
// TLS. Parameters name the rest as the fields of Config do: cluster=true, master_name, sentinel_username,
// sentinel_password, prefix, timeout; addr=host:port for each further endpoint; ca_file and insecure_skip_verify of TLS.
// The configuration is valid.
func ParseURL(text string) (*Config, error) {
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" || u.Fragment != "" || u.Scheme != "redis" && u.Scheme != "rediss" {
		return nil, errURL
	}
	if u.Hostname() == "" {
		return nil, errURLHost
	}
	c := NewDefaultConfig()
	c.Timeout = urlTimeout
	c.Username = u.User.Username()
	password, _ := u.User.Password()
	c.Password = configopaque.String(password)
	if c.DB, err = urlDB(u.Path); err != nil {
		return nil, err
	}
	p, err := parseParams(u.RawQuery)
	if err != nil {
		return nil, err
	}
	if err := p.apply(&c, u); err != nil {
		return nil, err
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return &c, nil
}

func urlDB(path string) (int, error) {
	path = strings.TrimPrefix(path, "/")
	if path == "" {
		return 0, nil
	}
	db, err := strconv.ParseUint(path, 10, 31)
	if err != nil {
		return 0, errURLPath
	}
	return int(db), nil
}

// params are those of a URL, each known and there once.
type params struct{ url.Values }

func parseParams(query string) (params, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return params{}, errURL
	}
	known := []string{
		"addr", "cluster", "master_name", "sentinel_username", "sentinel_password", "prefix", "timeout",
		"ca_file", "insecure_skip_verify",
	}
	for name, all := range values {
		if !slices.Contains(known, name) || len(all) > 1 && name != "addr" {
			return params{}, errURLParam
		}
	}
	return params{values}, nil
}

func (p params) apply(c *Config, u *url.URL) error {
	c.MasterName = p.Get("master_name")
	c.SentinelUsername = p.Get("sentinel_username")
	c.SentinelPassword = configopaque.String(p.Get("sentinel_password"))
	c.Endpoints = []string{net.JoinHostPort(u.Hostname(), c.portOf(u))}
	c.Endpoints = append(c.Endpoints, p.Values["addr"]...)
	if p.Has("prefix") {
		c.Prefix = p.Get("prefix")
	}
	var err error
	if c.Cluster, err = p.bool("cluster"); err != nil {
		return err
	}
	if p.Has("timeout") {
		if c.Timeout, err = time.ParseDuration(p.Get("timeout")); err != nil {
			return errors.New("timeout of the URL is not a duration: write one, for example 500ms")
		}
	}
	return p.applyTLS(c, u.Scheme == "rediss")
}

func (c *Config) portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	return strconv.Itoa(c.usualPort())
}

func (p params) applyTLS(c *Config, on bool) error {
	skip, err := p.bool("insecure_skip_verify")
	switch {
	case err != nil:
		return err
	case !on && (p.Has("ca_file") || p.Has("insecure_skip_verify")):
		return errors.New("ca_file and insecure_skip_verify are about TLS: write rediss:// in place of redis://")
	case !on:
		return nil
	}
	tls := configtls.NewDefaultClientConfig()
	tls.CAFile, tls.InsecureSkipVerify = p.Get("ca_file"), skip
	c.TLS = configoptional.Some(tls)
	return nil
}

func (p params) bool(name string) (bool, error) {
	if !p.Has(name) {
		return false, nil
	}
	on, err := strconv.ParseBool(p.Get(name))
	if err != nil {
		return false, fmt.Errorf("%s of the URL is not true or false: write one of them", name)
	}
	return on, nil
}
