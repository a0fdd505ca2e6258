#!/usr/bin/env bash
# The table of docs/servers.md: puts real servers through drain-check, each in its default and in
# its best documented configuration (Tests/Servers). A server that is not installed is named and
# left out. only="nginx Go" takes some; grace= as in drain-check; port= is theirs (default 8100).
# HUMMINGBIRD= is the executable of that fixture, which needs packages, and HUMMINGBIRD_VERSION=.
# Arguments: the build command of the check.
# shellcheck disable=SC2016 # Backticks are Markdown's.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

"$ROOT/Scripts/build.sh" "$ROOT/.build/release/Rehearsal" 'the check' 'about a minute' \
  "$@" --product Rehearsal
check=$ROOT/.build/release/Rehearsal
fixtures=$ROOT/Tests/Servers
results=$ROOT/results/servers
port=${port:-8100}
mkdir -p "$results"
rows=()
# Of all that run a handler: it reads this, waits 200 ms, and answers; /stream comes bit by bit.
post=(body='{"number":1}' stream=/stream large=/large)

# $1 server, $2 program that has to be there, $3 its version, $4 configuration, $5 what it is, then
# the words of the check.
server() {
  local name=$1 program=$2 version=$3 kind=$4 what=$5
  shift 5
  if [ -n "${only:-}" ] && ! grep -qw "$name" <<<"$only"; then return; fi
  if ! command -v "$program" >/dev/null; then
    printf '%s is not installed: not run\n' "$name" >&2
    return
  fi
  local file=$results/$name-$kind.json status=0
  printf '== %s, %s: %s\n' "$name" "$kind" "$what"
  "$check" check port="$port" grace="${grace:-30s}" json="$file" "$@" >"$SCRATCH/out" 2>&1 \
    || status=$?
  cat "$SCRATCH/out"
  if [ "$status" -gt 1 ]; then
    printf '%s, %s: the check ended with %d\n' "$name" "$kind" "$status" >&2
    exit 1
  fi
  rows+=("$(row "$name $version" "$what" "$file")")
}

# From the JSON of a check: a row of the table, and an entry of the list of what fails.
row() {
  awk -v server="$1" -v what="$2" '
    function value(line) { sub(/^[^:]*: "?/, "", line); sub(/"?,?$/, "", line); return line }
    /^ *"failed" :/ { failed = value($0) }
    /^ *"name" :/ { name = value($0) }
    /^ *"level" :/ { level = value($0) }
    /^ *"verdict" :/ {
      verdict = value($0)
      if (verdict == "fails") { list[failed] = list[failed] " " name; fails[failed]++ }
      if (verdict == "holds") holds[level]++
      failed = ""
    }
    function tried(level) {
      if (!fails[level] && !holds[level]) return "–"
      return holds[level] + 0 " of " fails[level] + holds[level]
    }
    END {
      printf "| %s | %s | %s | %s |\n", server, what, tried("must"), tried("should")
      if (list["must"] list["should"] == "") exit
      printf "- %s, %s:", server, what
      if (list["must"]) printf " must%s%s", list["must"], list["should"] ? ";" : ""
      if (list["should"]) printf " should%s", list["should"]
      print ""
    }' "$3"
}

version() { "$@" 2>&1 | grep -Eo '[0-9]+(\.[0-9]+)+' | head -1 || true; }

node_version=$(version node --version)
server node node "$node_version" default 'no handler' \
  run="node $fixtures/node-default.js" env="PORT=$port" "${post[@]}"
server node node "$node_version" documented '`server.close()`' \
  run="node $fixtures/node-documented.js" env="PORT=$port" "${post[@]}"

if command -v go >/dev/null; then
  for kind in default documented; do
    GO111MODULE=off go build -o "$SCRATCH/go-$kind" \
      "$fixtures/go-$kind.go" "$fixtures/go-responses.go"
  done
fi
go_version=$(version go version)
server Go go "$go_version" default 'no handler' \
  run="$SCRATCH/go-default" env="PORT=$port" "${post[@]}"
server Go go "$go_version" documented '`Server.Shutdown`' \
  run="$SCRATCH/go-documented" env="PORT=$port" "${post[@]}"

if command -v javac >/dev/null; then
  javac -d "$SCRATCH" "$fixtures"/{Responses,Default,Documented}.java
fi
java_version=$(version java -version)
server Java javac "$java_version" default 'no hook' \
  run="java -cp $SCRATCH Default" env="PORT=$port" "${post[@]}"
server Java javac "$java_version" documented 'hook with `stop(20)`' \
  run="java -cp $SCRATCH Documented" env="PORT=$port" "${post[@]}"

python_version=$(version python3 --version)
server http.server python3 "$python_version" default 'no handler' \
  run="python3 $fixtures/python-default.py" env="PORT=$port" "${post[@]}"
server http.server python3 "$python_version" documented '`shutdown()`' \
  run="python3 $fixtures/python-documented.py" env="PORT=$port" "${post[@]}"

gunicorn_version=$(version gunicorn --version)
server gunicorn gunicorn "$gunicorn_version" default 'sync workers' \
  run="gunicorn --chdir $fixtures -b 127.0.0.1:$port wsgi:application" "${post[@]}"
server gunicorn gunicorn "$gunicorn_version" documented '`gthread` workers, keep-alive' \
  run="gunicorn --chdir $fixtures -b 127.0.0.1:$port -k gthread --threads 50 -w 2 --keep-alive 5 \
wsgi:application" "${post[@]}"

uvicorn_version=$(version uvicorn --version)
server uvicorn uvicorn "$uvicorn_version" default 'as it comes' \
  run="uvicorn --app-dir $fixtures --port $port --log-level warning asgi:application" "${post[@]}"
server uvicorn uvicorn "$uvicorn_version" documented '`--timeout-graceful-shutdown`' \
  run="uvicorn --app-dir $fixtures --port $port --log-level warning --timeout-graceful-shutdown 20 \
asgi:application" "${post[@]}"

puma_version=$(version puma --version)
server Puma puma "$puma_version" default 'as it comes' \
  run="puma -q -t 50:50 -b tcp://127.0.0.1:$port $fixtures/rack.ru" "${post[@]}"
server Puma puma "$puma_version" documented 'a cluster of 2 workers' \
  run="puma -q -w 2 -t 50:50 -b tcp://127.0.0.1:$port $fixtures/rack.ru" "${post[@]}"

# A file of 8 kB in parts of 4 kB at 20 kB/s takes 200 ms and more; another has 4 MB.
site=$SCRATCH/site
mkdir -p "$site"
chmod 755 "$SCRATCH" "$site"
head -c 8000 /dev/zero | tr '\0' x >"$site/index.html"
head -c 4000000 /dev/zero | tr '\0' x >"$site/large"
sed "s|ROOT|$site|; s|FOLDER|$SCRATCH|; s|8101|$port|" "$fixtures/nginx.conf" >"$SCRATCH/nginx.conf"
nginx_version=$(version nginx -v)
nginx=(run="nginx -c $SCRATCH/nginx.conf" stream=/ large=/large)
server nginx nginx "$nginx_version" default 'SIGTERM' "${nginx[@]}"
server nginx nginx "$nginx_version" documented 'SIGQUIT, as its image says' "${nginx[@]}" \
  signal=QUIT

sed "s|8102|$port|" "$fixtures/haproxy.cfg" >"$SCRATCH/haproxy.cfg"
haproxy_version=$(version haproxy -v)
haproxy="haproxy -db -f $SCRATCH/haproxy.cfg"
server HAProxy haproxy "$haproxy_version" default 'SIGTERM' run="$haproxy"
server HAProxy haproxy "$haproxy_version" documented 'SIGUSR1, as its image says' \
  run="$haproxy" signal=USR1
server HAProxy haproxy "$haproxy_version" master 'SIGUSR1 to a master (`-W`)' \
  run="$haproxy -W" signal=USR1

sed "s|ROOT|$site|; s|8103|$port|" "$fixtures/Caddyfile" >"$SCRATCH/Caddyfile"
caddy_version=$(version caddy version)
caddy=(run="caddy run --adapter caddyfile --config $SCRATCH/Caddyfile" env="HOME=$SCRATCH"
  large=/large)
server Caddy caddy "$caddy_version" default 'as it comes' "${caddy[@]}"

# Built from its fixture outside of this repository.
hummingbird=${HUMMINGBIRD:-hummingbird-server}
server Hummingbird "$hummingbird" "${HUMMINGBIRD_VERSION:-}" default '`run()`' \
  run="$hummingbird" env="PORT=$port" "${post[@]}"
server Hummingbird "$hummingbird" "${HUMMINGBIRD_VERSION:-}" documented '`runService()`' \
  run="$hummingbird service" env="PORT=$port" "${post[@]}"

if [ "${#rows[@]}" = 0 ]; then
  echo 'None of the servers is installed, or only= names none of them: nothing was run.' >&2
  exit 1
fi
printf '\n%s\n' '| server | configuration | musts | shoulds |' '|---|---|---|---|'
printf '%s\n' "${rows[@]}" | sed -n '/^|/p'
failures=$(printf '%s\n' "${rows[@]}" | sed -n '/^-/p')
if [ -n "$failures" ]; then
  printf '\nWhat fails:\n\n'
  fold -s -w 98 <<<"$failures" | sed '/^-/!s/^/  /; s/ *$//'
fi
