#!/bin/sh
# Copyright The otelcol-clienttokens Authors
# SPDX-License-Identifier: Apache-2.0

# Makes sure that programs are there: need.sh PROGRAM... Debian's package of a program has the same name here.
# As root on Debian it installs what is missing; elsewhere it says what to install.
set -eu

missing=
for program in "$@"; do
  command -v "$program" >/dev/null || missing="$missing $program"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  # shellcheck disable=SC2086 # a list of packages
  exec env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing
fi
echo "missing:$missing. Install with: sudo apt-get install$missing" >&2
exit 1
