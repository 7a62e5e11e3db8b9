#!/bin/sh
# Copyright The otelcol-clienttokens Authors
# SPDX-License-Identifier: Apache-2.0

# Sends 60 posts of one span, in turn to both Collectors, and tells how they were answered.
set -eu
token=ctAzWrHT7UJu4VGISSFjleKIpaZxeDx9QXYJzGZpaE0HGCJV4GiUd9dy572VQA0Z
span='{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c",
  "spanId":"b7ad6b7169203331","name":"demo","kind":1,"startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]}'

for _ in $(seq 30); do
  for port in 4318 4328; do
    answer=$(curl -s -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' \
      -H "X-Client-Token: $token" -d "$span" "http://127.0.0.1:$port/v1/traces" || true)
    echo "$port $answer"
  done
done | sort | uniq -c | awk '{ printf "  :%s answered %s %s times\n", $2, $3, $1 }'
