#!/bin/sh
# Copyright The otelcol-clienttokens Authors
# SPDX-License-Identifier: Apache-2.0

# Makes sure that programs are there: need.sh PROGRAM... Debian's package of a program has the same name here, but for
# a C compiler (cc), which the race detector needs. Another Chromium can be named by the variable CHROMIUM.
# As root on Debian it installs what is missing; elsewhere it says what to install.
set -eu

missing=
for program in "$@"; do
  case "$program" in
    cc) package="gcc libc6-dev" ;;
    chromium) package=chromium program=${CHROMIUM:-chromium} ;;
    *) package=$program ;;
  esac
  command -v "$program" >/dev/null || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  # shellcheck disable=SC2086 # a list of packages
  exec env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing
fi
echo "missing:$missing. Install with: sudo apt-get install$missing" >&2
exit 1
