#!/usr/bin/env bash
# Prints a PATH that holds what a fresh machine has, and nothing more, whatever this one has: the
# essential packages of Debian, make, git, binutils and the Swift toolchain. $1 is a folder for it.
set -euo pipefail

folder=$1
mkdir -p "$folder"
packages=$(dpkg-query --show --showformat '${Essential} ${Package}\n' | sed -n 's/^yes //p')
packages="$packages make git binutils binutils-$(uname -m | tr _ -)-linux-gnu"
# shellcheck disable=SC2086 # A list of packages.
dpkg-query --listfiles $packages 2>/dev/null \
  | awk -F / '/^(\/usr)?\/s?bin\/[^\/]+$/ { print $NF }' | sort -u | while read -r name; do
    path=$(type -P "$name" || true)
    if [ -n "$path" ]; then ln -sf "$path" "$folder/$name"; fi
  done
# Alternatives and links that belong to no package.
for name in awk sh; do ln -sf "$(command -v "$name")" "$folder/$name"; done
toolchain=$(dirname "$(readlink -f "$(command -v swift)")")
printf '%s:%s\n' "$folder" "$toolchain"
