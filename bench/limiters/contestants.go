// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

// contestants are the peers, and after them our own.
func contestants() []contestant {
	return append(peers(), ours()...)
}

func peers() []contestant {
	return []contestant{
		{"redis_rate", true, scripted(), openRedisRate},
		{"ulule", true, scripted(), openUlule},
		{"rueidislimiter", true, scripted(), openRueidis},
		{"envoy", true, envoySends(), openEnvoy},
		{"envoy+cache", true, envoySends(), openEnvoyWithCache},
	}
}

// scripted is what those send that decide in Lua: EVAL stands in where Redis does not know the script yet.
func scripted() []string {
	return []string{"evalsha", "eval"}
}
