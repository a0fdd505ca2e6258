# shellcheck shell=bash
# shellcheck disable=SC2034 # What is set here is read by the scripts.
# What the scripts of the talk share: words, tools, remembered values. Sourced by bash scripts under
# set -euo pipefail; bash 3.2 is enough.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Where one call of make leaves what the next one needs; git ignores it.
STATE=${STATE:-$ROOT/.state}
# Seconds between two looks at something that is being waited for.
POLL=${POLL:-2}

# Docker's network of what runs here: in it, containers have names.
NETWORK=calc

is_docker_from_snap() { case $(command -v docker) in */snap/bin/docker) ;; *) return 1 ;; esac; }

# Docker from snap has a /tmp of its own: it sees neither a socket nor a folder in that of others.
if is_docker_from_snap; then
  mkdir -p "$STATE"
  SCRATCH=$(mktemp -d "$STATE/calc.XXXXXX")
else
  SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/calc.XXXXXX")
fi
trap 'rm -rf "$SCRATCH"' EXIT

# What will be done, or what was found.
say() { printf '%s\n' "$*"; }

# What went wrong and how to get on, in one line.
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# An argument that is missing or wrong.
refuse() {
  printf '%s\n' "$*" >&2
  exit 64
}

# A program that has to be there, and how to get it.
need() {
  command -v "$1" >/dev/null 2>&1 && return
  printf '%s is missing: %s\n' "$1" "$2" >&2
  exit 69
}

# Has a program, or installs the package of that name where that is possible.
obtain() {
  if command -v "$1" >/dev/null; then return; fi
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    { apt-get update && apt-get install --yes --no-install-recommends "$1"; } >"$SCRATCH/apt" 2>&1 \
      || true
  fi
  command -v "$1" >/dev/null
}

need_engine() {
  need docker "https://docs.docker.com/engine/install"
  docker info >/dev/null 2>&1 || fail "no Docker engine answers: start Docker, then run the same" \
    "command again"
}

# Ends where Docker from snap cannot read what it is to build: of all files that are not its own it
# sees those in $HOME, without what is hidden there.
need_readable_root() {
  if ! is_docker_from_snap; then return; fi
  case ${ROOT#"${HOME:-}"/} in
    "$ROOT" | .*) fail "Docker from snap cannot read $ROOT: a clone in ${HOME:-your home folder}," \
      "in no hidden folder, or Docker's own package builds the image" ;;
  esac
}

# Makes Docker's network, unless it is there.
use_network() {
  docker network inspect "$NETWORK" >/dev/null 2>&1 && return
  docker network create "$NETWORK" >/dev/null 2>"$SCRATCH/docker" \
    || fail "no network $NETWORK for containers: $(tail -n 1 "$SCRATCH/docker")"
}

# Whether no process on this machine listens at a port.
is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port that is free now.
free_port() {
  local attempt port
  for attempt in $(seq 1 50); do
    port=$((20000 + RANDOM % 10000))
    if is_free "$port"; then
      echo "$port"
      return
    fi
  done
  fail "no free port after $attempt attempts"
}

# A remembered value, or nothing.
state_read() { if [ -f "$STATE/$1" ]; then cat "$STATE/$1"; fi; }

# Remembers a value; there is never half of one.
state_write() {
  mkdir -p "$(dirname "$STATE/$1")"
  printf '%s\n' "$2" >"$STATE/$1.new"
  mv -f "$STATE/$1.new" "$STATE/$1"
}

state_forget() { rm -f "$STATE/$1"; }

# Tries a command until it succeeds or so many seconds are over.
within() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    if [ "$SECONDS" -ge "$deadline" ]; then return 1; fi
    sleep "$POLL"
  done
}

# Whether a GET of URL $1 has a response that is no error.
is_answering() { curl --silent --fail --output /dev/null "$1"; }

# Runs what goes on until Ctrl-C, which is its proper end. Sets IS_INTERRUPTED for scripts that
# make a status of their own of that.
until_interrupted() {
  local status=0
  IS_INTERRUPTED=
  trap 'IS_INTERRUPTED=1' INT
  "$@" || status=$?
  trap - INT
  case $status in 0 | 130) ;; *) return "$status" ;; esac
}

# Sets STEP, ACT and VARIANT from v= and graceful=, and tells a step from an image tag.
use_step() {
  local target=$1 given=${v:-}
  case $given in
    [1-7]) ;;
    '')
      case ${tag:-} in
        [1-7]) refuse "tag=$tag is an image tag; a step is v=$tag: make $target v=$tag" ;;
        *) refuse "v= is missing: v=N is a step, 1 to 7, as in make $target v=4" ;;
      esac
      ;;
    [67]g) refuse "v=$given is no step: row $given is v=${given%g} graceful=1" ;;
    *.* | v[0-9]* | latest) refuse "v=$given is no step: v= is a step, 1 to 7; an image tag is" \
      "tag=$given" ;;
    *) refuse "v=$given is no step: v= is a step, 1 to 7" ;;
  esac
  STEP=$given
  ACT=
  VARIANT=v$STEP
  case ${graceful:-} in
    '' | 0) ;;
    1)
      case $STEP in
        6 | 7)
          ACT=graceful
          VARIANT=v$STEP-graceful
          ;;
        *) refuse "graceful=1 is for steps 6 and 7: step $STEP has no second act" ;;
      esac
      ;;
    *) refuse "graceful=$graceful is neither 1 nor 0" ;;
  esac
}

# Sets URL to url= without a slash at its end, or to nothing where none is given. It becomes a word
# of another machine's shell.
use_url() {
  URL=${url:-}
  case $URL in
    '' | http://?* | https://?*) ;;
    *) refuse "url=$URL begins with neither http:// nor https://" ;;
  esac
  case $URL in *[[:space:]\"\'\\]*) refuse "url=$URL holds a character that no address has" ;; esac
  URL=${URL%/}
}

# A whole number of at least 0, given as a variable of make.
use_count() {
  case $2 in
    '') refuse "$1= is missing: $3" ;;
    *[!0-9]*) refuse "$1=$2 is no number: $3" ;;
  esac
}
