// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

// route is something that can be asked for.
type route struct {
	method, path string // the path is that of openapi.yaml, below Prefix
	handle       func(*call) error
}

func (r route) pattern() string {
	return r.method + " " + Prefix + r.path
}

// routes are all there are, in the order of openapi.yaml.
var routes = []route{
	{"GET", "/openapi.yaml", (*call).describe},

	{"GET", "/organizations", (*call).listOrganizations},
	{"POST", "/organizations", (*call).createOrganization},
	{"GET", "/organizations/{organization}", (*call).showOrganization},
	{"PATCH", "/organizations/{organization}", (*call).updateOrganization},
	{"DELETE", "/organizations/{organization}", (*call).deleteOrganization},

	{"GET", "/organizations/{organization}/members", (*call).listMembers},
	{"PUT", "/organizations/{organization}/members/{user}", (*call).setMember},
	{"DELETE", "/organizations/{organization}/members/{user}", (*call).removeMember},

	{"GET", "/organizations/{organization}/usage", (*call).organizationUsage},
	{"GET", "/organizations/{organization}/audit", (*call).audit},

	{"GET", "/organizations/{organization}/tokens", (*call).listTokens},
	{"POST", "/organizations/{organization}/tokens", (*call).createToken},
	{"GET", "/organizations/{organization}/tokens/{token}", (*call).showToken},
	{"PATCH", "/organizations/{organization}/tokens/{token}", (*call).updateToken},
	{"DELETE", "/organizations/{organization}/tokens/{token}", (*call).deleteToken},
	{"POST", "/organizations/{organization}/tokens/{token}/rotate", (*call).rotateToken},
	{"POST", "/organizations/{organization}/tokens/{token}/disable", (*call).disableToken},
	{"POST", "/organizations/{organization}/tokens/{token}/enable", (*call).enableToken},
	{"GET", "/organizations/{organization}/tokens/{token}/usage", (*call).tokenUsage},
	{"GET", "/organizations/{organization}/tokens/{token}/advice", (*call).advice},
}
