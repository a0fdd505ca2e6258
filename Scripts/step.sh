#!/bin/sh
# What step $1 changes, in code and manifest; for the first step all of it.
set -eu
cd "$(dirname "$0")/.."

show() {
  if [ "$1" -eq 1 ]; then
    cat "$2"
  else
    # Exit status 1 means that there is a difference.
    diff -U 1000 --label "$3" --label "$2" "$3" "$2" || [ $? -eq 1 ]
  fi
}

before=$(($1 - 1))
show "$1" "Sources/CalcV$1/main.swift" "Sources/CalcV$before/main.swift"
echo
show "$1" "k8s/v$1/deployment.yaml" "k8s/v$before/deployment.yaml"
