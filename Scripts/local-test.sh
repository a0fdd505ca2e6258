#!/bin/sh
# Asks a calc server at $1 for its health and a sum; what else is given are options for curl. HINT
# says what to do when none answers.
set -u

server=$1
shift

if ! command -v curl >/dev/null; then
  echo "curl is missing: it comes with most systems, or from its package" >&2
  exit 69
fi

ask() {
  method=$1 url=$2
  shift 2
  if ! answer=$(curl --silent --show-error --max-time 5 --write-out ' (%{http_code})' \
    "$@" "$url" 2>&1); then
    # What curl says first is why; the rest is the answer that did not come.
    reason=$(printf '%s\n' "$answer" | sed -n '1s/^curl: //p')
    start="start one with: make local-server v=4${LISTEN_PORT:+ LISTEN_PORT=$LISTEN_PORT}"
    echo "no server answers at $url; ${HINT:-$start}${reason:+ (curl: $reason)}" >&2
    exit 69
  fi
  printf '%s %s\n  %s\n' "$method" "$url" "$answer"
}

ask GET "$server/health" "$@"
ask POST "$server/sum" "$@" --header 'Content-Type: application/json' --data '{"numbers":[1,2,3,4]}'
