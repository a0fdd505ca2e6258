#!/usr/bin/env bash
# Stands in for kind 0.32: it knows the commands that the talk uses and what its sources say where
# something is missing. What else it answers stands in $STANDIN/answers.
set -euo pipefail

refuse() {
  printf 'ERROR: %s\n' "$*" >&2
  exit 1
}

case "$*" in
  "get clusters" | "create cluster --name "*" --config "*" --wait "*) ;;
  "delete cluster --name "* | "export kubeconfig --name "*) ;;
  "load image-archive "*" --name "*)
    # What it is given has to be an archive that it can read.
    [ -f "$3" ] || refuse "stat $3: no such file or directory"
    ;;
  *) refuse "unknown command \"$1\" for \"kind\"" ;;
esac

otherwise() {
  case "$call" in "kind get clusters") echo "No kind clusters found." >&2 ;; esac
}

# shellcheck source=Tests/StandIns/answer
. "$(dirname "$(readlink "$0")")/answer"
