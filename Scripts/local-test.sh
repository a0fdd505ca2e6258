#!/bin/sh
# Asks a calc server at $1 for its health and a sum; what else is given are options for curl. HINT says what to do when none answers.
set -u

server=$1
shift

if ! command -v curl >/dev/null; then
  echo "curl is missing" >&2
  exit 69
fi

ask() {
  printf '%s %s\n  ' "$1" "$2"
  shift
  url=$1
  shift
  if ! curl --silent --show-error --max-time 5 --write-out ' (%{http_code})\n' "$@" "$url"; then
    echo "no server answers at $url; ${HINT:-start one with: make local-server v=4}" >&2
    exit 69
  fi
}

ask GET "$server/health" "$@"
ask POST "$server/sum" "$@" --header 'Content-Type: application/json' --data '{"numbers":[1,2,3,4]}'
