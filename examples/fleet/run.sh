#!/bin/sh
# Copyright The otelcol-clienttokens Authors
# SPDX-License-Identifier: Apache-2.0

# Starts a Redis and two Collectors that share the tokens and the limits in it; all end with this script.
set -eu
cd "$(dirname "$0")/../.."
logs=build/fleet
mkdir -p "$logs"
export REDIS_PORT=6390

# What the registry has acknowledged must be there after a crash: hence the appendonly file.
rm -rf "$logs/appendonlydir"
redis-server --port "$REDIS_PORT" --bind 127.0.0.1 --dir "$logs" --save "" --appendonly yes --appendfsync always \
  --maxmemory-policy noeviction >"$logs/redis.log" 2>&1 &
redis=$!
echo "$redis" >"$logs/redis.pid"
trap 'kill "$redis" 2>/dev/null || true' EXIT
sleep 1
build/clienttokens --redis "redis://127.0.0.1:$REDIS_PORT" import examples/fleet/tokens.yaml
OTLP_PORT=4318 METRICS_PORT=8888 build/otelcol-clienttokens --config examples/fleet/collector.yaml >"$logs/1.log" 2>&1 &
first=$!
OTLP_PORT=4328 METRICS_PORT=8898 build/otelcol-clienttokens --config examples/fleet/collector.yaml >"$logs/2.log" 2>&1 &
second=$!
trap 'kill -CONT "$redis" 2>/dev/null || true; kill "$redis" "$first" "$second" 2>/dev/null || true; wait' EXIT
trap 'exit 0' INT TERM

sleep 2
for process in $redis $first $second; do
  if ! kill -0 "$process" 2>/dev/null; then
    grep -hiE 'already in use|^Error' "$logs"/*.log >&2 || true
    echo "It did not start: see above, and $logs." >&2
    exit 1
  fi
done

cat <<TEXT

  Two Collectors listen on http://localhost:4318 and http://localhost:4328 (OTLP/HTTP) and share the tokens and the
  limits in a Redis on localhost:$REDIS_PORT. Logs: $logs

  Next, in another terminal, in the root of the repository:
    1. examples/fleet/send.sh sends 60 posts of one span in turn to both. The token's limit is 40 spans a minute over
       both of them: 40 posts are answered 200, the others 429.
    2. See what is in Redis: redis-cli -p $REDIS_PORT --scan
    3. Stop Redis as it is: kill -STOP \$(cat $logs/redis.pid), wait a minute, and send again. No post fails for it: each
       Collector admits half of the limit, 20. Both logs have a line about it, and so has
       curl -s localhost:8888/metrics | grep -E 'span_rate_limit_(mode|redis)'
    4. Let it go on: kill -CONT \$(cat $logs/redis.pid). They charge what they admitted, and share again: sent
       within the minute, all 60 posts are answered 429.

    5. Look after the token. What you do is effective on both Collectors before you can send:
       unset CLIENTTOKENS_FILE
       export CLIENTTOKENS_REDIS=redis://127.0.0.1:$REDIS_PORT
       build/clienttokens disable shop-app     (all posts: 401)
       build/clienttokens enable shop-app
       build/clienttokens update shop-app --spans-per-minute 100000   (200 until the organization's 100 are used up)
       build/clienttokens watch                (in a third terminal, see it happen)

  Ctrl-C ends all three.

TEXT
wait "$first"
