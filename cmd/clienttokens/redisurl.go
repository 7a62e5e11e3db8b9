// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import "github.com/spf13/cobra"

const redisURLHelp = `A registry in Redis is named by a URL, after --redis or in CLIENTTOKENS_REDIS,
and so is a Redis of usage alone, after --usage-redis or in
CLIENTTOKENS_USAGE_REDIS:

  redis://[user][:password]@host[:port][/db]     rediss:// for TLS

Of a cluster or of sentinels one host is enough to begin with. What else the
Collector's configuration can say are parameters, ?name=value&name=value:

  cluster=true             the host is one of a Redis Cluster
  master_name=NAME         the host is a sentinel that watches this master
  sentinel_username, sentinel_password
  addr=HOST:PORT           a further host; once for each
  prefix=PREFIX            of all keys, as in the Collector (clienttokens)
  timeout=500ms            of one call (1s); --timeout is for all together
  ca_file=PATH             of the authority that signed the certificate
  insecure_skip_verify=true

In user and password write %40 for "@", %2F for "/", %3A for ":", %3F for "?",
%23 for "#", %25 for "%". The command line of a process can be seen by others
on the machine: a password belongs into the variable.`

func redisURLTopic() *cobra.Command {
	return &cobra.Command{Use: "redis-url", Short: "How a registry in Redis is named", Long: redisURLHelp}
}
