#!/bin/sh
# Copyright The otelcol-clienttokens Authors
# SPDX-License-Identifier: Apache-2.0

# Starts the Collector and the web page of this example; both end with this script.
set -eu
cd "$(dirname "$0")/../.."
log=build/collector.log
go run ./examples/embedded/sample examples/embedded/tokens.yaml build # what is there, and what you change there, stays

build/otelcol-clienttokens --config examples/embedded/collector.yaml >"$log" 2>&1 &
collector=$!
PORT=8080 node examples/embedded/web/serve.mjs >/dev/null &
page=$!
trap 'kill "$collector" "$page" 2>/dev/null || true; wait' EXIT
trap 'exit 0' INT TERM

sleep 2
for process in $collector $page; do
  if ! kill -0 "$process" 2>/dev/null; then
    grep -i error "$log" >&2 || true
    echo "It did not start: see above, and $log." >&2
    exit 1
  fi
done

cat <<TEXT

  The Collector listens on http://localhost:4318 (OTLP/HTTP) and localhost:4317 (OTLP/gRPC). Its log: $log

  Next:
    1. Open http://localhost:8080 and press "Send spans": they are answered 200 and appear in build/spans.jsonl.
    2. Open http://127.0.0.1:8080, another origin: it is refused with 403.
    3. Press "Exceed the limit": 429, with the seconds to wait.
    4. Delete the token shop-web in build/tokens.yaml and send again: 401. Put it back: 200.
    5. See what is counted: curl -s localhost:8888/metrics | grep -E 'client_token|span_rate'
    6. Look after the tokens at http://localhost:4320, as the owner olga with the password demo (max is a manager, vic a
       viewer, ada the administrator). Besides the two there are others, with a month of usage that was made up. Or over the API:
         curl -u olga:demo 'http://localhost:4320/api/v1/organizations/acme/tokens?usage=24h'

  Ctrl-C ends both.

TEXT
wait "$collector"
