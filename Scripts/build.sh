#!/usr/bin/env bash
# Builds, and says what it builds if that takes time: build.sh FILE WHAT TIME COMMAND…
# FILE is what the build makes. Without it this is the first build: it takes TIME and shows its
# progress. A later build is silent, except for errors, and is named after two seconds.
set -euo pipefail

file=$1 what=$2 time=$3
shift 3

if [ ! -e "$file" ]; then
  printf 'building %s (first time: %s on 2 cores) …\n' "$what" "$time" >&2
  exec "$@" >&2
fi

{ sleep 2 >/dev/null 2>&1 && printf 'building %s …\n' "$what" >&2; } &
notice=$!
trap 'kill "$notice" 2>/dev/null || true' EXIT
"$@" --quiet >&2
