// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

// keys of a registry. The braces are literal: they bring all keys into one slot of a cluster.
type keys struct{ tag, head, tokens, organizations, changes, secrets, audit string }

func newKeys(prefix string) keys {
	tag := "{" + prefix + ":registry}:"
	return keys{
		tag, tag + "head", tag + "tokens", tag + "organizations", tag + "changes", tag + "secrets", tag + "audit",
	}
}

// staging returns the keys where records wait for their turn.
func (k keys) staging(name string) keys {
	tag := k.tag + "staging:" + name + ":"
	return keys{tag: tag, tokens: tag + "tokens", organizations: tag + "organizations", secrets: tag + "secrets"}
}

// auditOf returns the key of what was done to an organization.
func (k keys) auditOf(organization string) string {
	return k.audit + ":" + organization
}

// all returns the keys of the records in the order of the scripts.
func (k keys) all() []string {
	return []string{k.head, k.tokens, k.organizations, k.changes, k.secrets}
}
