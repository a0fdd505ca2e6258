#!/usr/bin/env bash
# What step v= changes, in code and manifest; for the first step all of it. With graceful=1 what the
# second act changes, which is the manifest only.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

# From one file to the next, all of it.
show() {
  # Exit status 1 means that there is a difference.
  diff -U 1000 --label "$1" --label "$2" "$1" "$2" || [ $? -eq 1 ]
}

use_step step
before=$((STEP - 1))
if [ -n "$ACT" ]; then
  show "k8s/v$STEP/deployment.yaml" "k8s/v$STEP/$ACT/deployment.yaml"
elif [ "$STEP" -eq 1 ]; then
  cat Sources/CalcV1/main.swift
  echo
  cat k8s/v1/deployment.yaml
else
  show "Sources/CalcV$before/main.swift" "Sources/CalcV$STEP/main.swift"
  echo
  show "k8s/v$before/deployment.yaml" "k8s/v$STEP/deployment.yaml"
fi
