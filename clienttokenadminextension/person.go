// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"net/http"
	"slices"

	"go.opentelemetry.io/collector/client"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/problem"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
)

// nobody is who everybody is where nobody has to say who they are.
const nobody = "anonymous"

// person tells who asks, by what the authenticator in front has published. Who isn't known is nobody's member.
func (a *admin) person(r *http.Request) (office.Person, error) {
	info := client.FromContext(r.Context())
	p := office.Person{}
	if from := a.proxies.Address(info.Addr, r.Header); from.IsValid() {
		p.From = from.String()
	}
	if a.config.InsecureNoAuth {
		p.User, p.Administrator = nobody, true
		return p, nil
	}
	if info.Auth != nil {
		p.User, _ = info.Auth.GetAttribute(a.config.UserAttribute).(string)
	}
	if p.User == "" {
		return p, problem.New(problem.NoUser,
			"you are signed in, but not under a name: the operator has to set user_attribute to what http.auth publishes")
	}
	p.Administrator = slices.Contains(a.config.Administrators, p.User)
	return p, nil
}
