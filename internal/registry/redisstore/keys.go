// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

// keys of a registry. The braces are literal: they bring all keys into one slot of a cluster.
type keys struct{ tag, head, tokens, organizations, changes string }

func newKeys(prefix string) keys {
	tag := "{" + prefix + ":registry}:"
	return keys{tag, tag + "head", tag + "tokens", tag + "organizations", tag + "changes"}
}

// staging returns the keys where records wait for their turn.
func (k keys) staging(name string) (tokens, organizations string) {
	return k.tag + "staging:" + name + ":tokens", k.tag + "staging:" + name + ":organizations"
}
