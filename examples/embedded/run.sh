#!/bin/sh
# Copyright The otelcol-clienttokens Authors
# SPDX-License-Identifier: Apache-2.0

# Starts the Collector and the web page of this example; both end with this script.
set -eu
cd "$(dirname "$0")/../.."

trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
trap 'exit 130' INT TERM

build/otelcol-clienttokens --config examples/embedded/collector.yaml &
collector=$!
PORT=8080 node examples/embedded/web/serve.mjs &

cat <<'TEXT'

  The Collector listens on http://localhost:4318 (OTLP/HTTP) and localhost:4317 (OTLP/gRPC).

  Next:
    1. Open http://localhost:8080 and press "Send spans": they are answered 200 and appear in build/spans.jsonl.
    2. Open http://127.0.0.1:8080, another origin: it is refused with 403.
    3. Press "Exceed the limit": 429, with the seconds to wait.
    4. Delete a token in examples/embedded/tokens.yaml and send again: 401.
    5. See what is counted: curl -s localhost:8888/metrics | grep -E 'client_token|span_rate'

  Ctrl-C ends both.

TEXT
wait "$collector"
