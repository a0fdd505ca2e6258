#!/usr/bin/env bash
# Builds and runs the tests, against a real InfluxDB where there is one. A test that needs a missing
# tool is skipped, and one line at the end says how many tests need which; with TOOLS_REQUIRED=1
# they fail. With STRICT=1 a warning is an error. With sanitize=thread or sanitize=address
# everything is built for that sanitizer, beside the other build. only=shared builds and tests the
# library alone. Arguments go to `swift test`.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# Real pods, signals and time-outs: a few tests at a time, so that one does not wait for all others.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=6

flags=()
if [ "${STRICT:-0}" = 1 ]; then flags=(-Xswiftc -warnings-as-errors); fi
build=$ROOT/.build
options=()
case ${sanitize:-} in
  '') ;;
  thread | address)
    build=$ROOT/.build/sanitize-$sanitize
    options=(--sanitize "$sanitize")
    # Some tests ask for less then (Tests/Support/Sanitizer.swift). The thread sanitizer does not
    # see the standard library's lock (Sources/Shared/Concurrency/Lock.swift).
    options+=(-Xswiftc "-DSANITIZE_$(tr '[:lower:]' '[:upper:]' <<<"$sanitize")")
    # A report is a failure; the first one ends the process. Without a second's sleep at the end of
    # each process, which tests would see, and without the search for leaks, which does not know
    # where Swift keeps its pointers. Linked in: a pod does not get the environment of the tests.
    mkdir -p "$build"
    clang -x c -c -o "$build/options.o" - <<'C'
const char *__tsan_default_options(void) { return "halt_on_error=1 atexit_sleep_ms=0"; }
const char *__asan_default_options(void) { return "detect_leaks=0"; }
C
    options+=(-Xlinker "$build/options.o")
    ;;
  *) refuse "sanitize=$sanitize: thread or address" ;;
esac
what='everything and its tests' time='about four minutes'
case ${only:-} in
  '')
    # A sanitizer takes the processors that pods and clients share.
    if [ -n "${sanitize:-}" ]; then export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=3; fi
    ;;
  shared)
    build=$build/shared
    what='the library and its tests' time='about a minute'
    export ONLY_SHARED=1
    ;;
  *) refuse "only=$only: shared" ;;
esac
# A build that shared its folder with another one would begin anew each time.
if [ "$build" != "$ROOT/.build" ]; then options+=(--scratch-path "$build"); fi
"$ROOT/Scripts/build.sh" "$build/debug/graceful-shutdownPackageTests.xctest" "$what" "$time" \
  env TERM=dumb swift build --build-tests ${options[@]+"${options[@]}"} ${flags[@]+"${flags[@]}"}

status=0
# Runs a command, and keeps what it prints for the last line.
run() { "$@" 2>&1 | tee -a "$SCRATCH/tests" || status=$?; }
tests=(swift test --skip-build ${options[@]+"${options[@]}"})
if [[ " $* " == *' --filter'[\ =]* ]]; then
  run "$ROOT/Scripts/with-influxdb.sh" "${tests[@]}" "$@"
else
  # Suites that keep the threads of all tasks busy: beside them, time limits are missed. They need
  # no InfluxDB.
  alone=$(grep -rl --include='*Tests.swift' -F '.tags(.alone)' "$ROOT/Tests" \
    | sed 's|.*/||; s|\.swift$||' | paste -sd'|' -)
  run "$ROOT/Scripts/with-influxdb.sh" "${tests[@]}" --skip "$alone" "$@"
  run "${tests[@]}" --filter "$alone" "$@"
fi

awk '
  / Test .* skipped: "needs [a-z0-9]+"$/ {
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
