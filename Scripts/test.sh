#!/usr/bin/env bash
# Runs the tests, against a real InfluxDB where there is one. Tests that need a tool which is missing
# are skipped, and one line at the end says how many and which; with TOOLS_REQUIRED=1 they fail.
# Arguments go to `swift test`.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# Real pods, signals and time-outs: a few tests at a time, so that one does not wait for all others.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=6

status=0
"$ROOT/Scripts/with-influxdb.sh" swift test "$@" 2>&1 | tee "$SCRATCH/tests" || status=$?

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
      line = line (line ? ", " : "") tests[tool] (tests[tool] == 1 ? " test needs " : " tests need ") tool
    }
    if (line) print line ": not run"
  }
' "$SCRATCH/tests"
exit "$status"
