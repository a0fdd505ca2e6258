#!/usr/bin/env bash
# All tests, one target after the other: real pods, signals and time-outs of one are not to wait for the others'. Arguments go to swift test.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

swift build --build-tests "$@" >&2
failed=
# The names of the targets as the manifest lists them: a new one is not forgotten.
targets=$(swift package describe --type json | sed -n '/"name" :/{s/.*: "\(.*\)".*/\1/;h;};/"type" : "test"/{g;p;}')
if [ -z "$targets" ]; then fail "Package.swift lists no tests"; fi
for target in $targets; do
  say "== $target" >&2
  swift test --skip-build "$@" --filter "^$target\\." || failed="$failed $target"
done
if [ -n "$failed" ]; then fail "tests failed in$failed"; fi
say "all tests passed"
