#!/bin/sh
# Copyright The otelcol-clienttokens Authors
# SPDX-License-Identifier: Apache-2.0

# Runs every fuzz target for a while: fuzz.sh 60s
set -eu

grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u | while read -r package; do
  sed -nE 's/^func (Fuzz[A-Za-z]+)\(.*/\1/p' "$package"/*_test.go | while read -r target; do
    go test -run '^$' -fuzz "^$target\$" -fuzztime "$1" -fuzzminimizetime 1x "$package"
  done
done
