#!/usr/bin/env bash
# Builds and runs the tests, against a real InfluxDB where there is one. A test that needs a missing
# tool is skipped, and one line at the end says how many tests need which; with TOOLS_REQUIRED=1
# they fail. With STRICT=1 a warning is an error. With sanitize=thread or sanitize=address
# everything is built for that sanitizer, beside the other build. Arguments go to `swift test`.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# Real pods, signals and time-outs: a few tests at a time, so that one does not wait for all others.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=6

flags=()
if [ "${STRICT:-0}" = 1 ]; then flags=(-Xswiftc -warnings-as-errors); fi
build=$ROOT/.build
where=()
case ${sanitize:-} in
  '') ;;
  thread | address)
    build=$ROOT/.build/sanitize-$sanitize
    where=(--scratch-path "$build" --sanitize "$sanitize")
    # It does not see the standard library's lock (Sources/Shared/Concurrency/Lock.swift).
    if [ "$sanitize" = thread ]; then where+=(-Xswiftc -DSANITIZE_THREAD); fi
    # A report is a failure; the first one ends the process.
    export TSAN_OPTIONS=halt_on_error=1 ASAN_OPTIONS=detect_leaks=0
    ;;
  *) refuse "sanitize=$sanitize: thread or address" ;;
esac
"$ROOT/Scripts/build.sh" "$build/debug/graceful-shutdownPackageTests.xctest" \
  'everything and its tests' 'about four minutes' \
  env TERM=dumb swift build --build-tests ${where[@]+"${where[@]}"} ${flags[@]+"${flags[@]}"}

status=0
"$ROOT/Scripts/with-influxdb.sh" swift test --skip-build ${where[@]+"${where[@]}"} \
  "$@" 2>&1 \
  | tee "$SCRATCH/tests" || status=$?

awk '
  / Test .* skipped: "needs [a-z]+"$/ {
    tool = $NF
    sub(/"$/, "", tool)
    if (!(tool in tests)) tools[++count] = tool
    tests[tool]++
  }
  END {
    for (i = 1; i <= count; i++) {
      tool = tools[i]
      need = tests[tool] == 1 ? " test needs " : " tests need "
      line = line (line ? ", " : "") tests[tool] need tool
    }
    if (line) print line ": not run"
  }
' "$SCRATCH/tests"
exit "$status"
