// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
)

// Validate reports all faults at once.
func (c *Config) Validate() error {
	_, proxies := c.proxies()
	return errors.Join(
		c.validateHeaders(), c.validateQueryParam(), c.validateAppOriginHeader(), proxies, c.validatePaths(), c.validateUsage())
}

// validateUsage wants one place for it. Where the registry is in Redis so is the usage, of the whole fleet.
func (c *Config) validateUsage() error {
	switch {
	case c.Usage.Storage == nil:
		return nil
	case c.Usage.Redis.HasValue():
		return errors.New("usage: storage and redis are both set: keep redis to add up what several collectors count, " +
			"or storage for a single one")
	case c.Registry.Redis.HasValue():
		return errors.New("usage: storage is set, but usage is kept in registry.redis, over restarts, too: remove it")
	default:
		return nil
	}
}

// minStaleness leaves a registry of many tokens the time to be loaded again.
const minStaleness = 10 * time.Second

// Validate wants exactly one place for the tokens.
func (c *RegistryConfig) Validate() error {
	var errs error
	switch {
	case c.File.HasValue() && c.Redis.HasValue():
		errs = errors.New("file and redis are both set: keep the one where the tokens live")
	case !c.File.HasValue() && !c.Redis.HasValue():
		errs = errors.New("no place for the tokens: set file: {path: tokens.yaml} or redis: {endpoints: [\"host:6379\"]}")
	}
	if c.MaxStaleness != 0 && c.MaxStaleness < minStaleness {
		errs = errors.Join(errs,
			fmt.Errorf("max_staleness is %v: use %v or more, or 0 for no bound", c.MaxStaleness, minStaleness))
	}
	return errs
}

// Validate wants a path.
func (c *FileConfig) Validate() error {
	if c.Path == "" {
		return errors.New("path is empty: name the token file")
	}
	return nil
}

// Validate names the two values there are.
func (m OriginMode) Validate() error {
	if m == OriginModeEnforce || m == OriginModeReport {
		return nil
	}
	return fmt.Errorf("%q is unknown: use enforce or report", string(m))
}

// Validate names the two values there are.
func (w WiringCheck) Validate() error {
	if w == WiringCheckStrict || w == WiringCheckWarn {
		return nil
	}
	return fmt.Errorf("%q is unknown: use strict or warn", string(w))
}

// Validate names the values there are.
func (i Intake) Validate() error {
	switch admission.Intake(i) {
	case admission.Traces, admission.Metrics, admission.Logs, admission.Profiles, admission.RemoteWrite:
		return nil
	default:
		return fmt.Errorf("%q is unknown: use traces, metrics, logs, profiles or remote_write", string(i))
	}
}

func (c *Config) validateHeaders() error {
	var errs error
	if len(c.Headers) == 0 && c.QueryParam == "" {
		errs = errors.New("headers and query_param are both empty: no request could carry a token")
	}
	seen := map[string]bool{}
	for i, name := range c.Headers {
		key := http.CanonicalHeaderKey(name)
		switch {
		case !httpguts.ValidHeaderFieldName(name):
			errs = errors.Join(errs, fmt.Errorf("headers[%d] is %q: not a header name, use letters, digits and -", i, name))
		case seen[key]:
			errs = errors.Join(errs, fmt.Errorf("headers[%d] is %q: listed twice, remove one", i, name))
		}
		seen[key] = true
	}
	return errs
}

// validateQueryParam wants a name that needs no escaping, because it is compared as it stands in the query. Behind
// auth: the Collector puts the parameter among the headers, so it must not look like one of them.
func (c *Config) validateQueryParam() error {
	if strings.Trim(c.QueryParam, unreserved) != "" {
		return fmt.Errorf("query_param is %q: use letters, digits, '-', '.', '_' and '~' only", c.QueryParam)
	}
	for _, name := range append([]string{"Origin", c.AppOriginHeader}, c.Headers...) {
		if c.QueryParam != "" && strings.EqualFold(name, c.QueryParam) {
			return fmt.Errorf("query_param is %q: a header has that name, use another one", c.QueryParam)
		}
	}
	return nil
}

// unreserved are the characters that stand for themselves in a query (RFC 3986, section 2.3).
const unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"

func (c *Config) validateAppOriginHeader() error {
	if c.AppOriginHeader == "" || httpguts.ValidHeaderFieldName(c.AppOriginHeader) {
		return nil
	}
	return fmt.Errorf("app_origin_header is %q: not a header name, use letters, digits and -; leave it empty to turn it off",
		c.AppOriginHeader)
}

// validatePaths leaves what they take to its own Validate.
func (c *Config) validatePaths() error {
	var errs error
	for _, path := range slices.Sorted(maps.Keys(c.Paths)) {
		if !strings.HasPrefix(path, "/") {
			errs = errors.Join(errs, fmt.Errorf("paths: %q must start with /", path))
		}
	}
	return errs
}
