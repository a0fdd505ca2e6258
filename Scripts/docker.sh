#!/usr/bin/env bash
# The image on this machine: $1 is build, push or serve.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# The image that was built or pushed last, as name:tag.
LAST=$(state_read image)

# Sets IMAGE to the name in use: image=, else the last one's.
use_name() {
  IMAGE=${image:-${LAST%:*}}
  IMAGE=${IMAGE:-calc}
  case ${IMAGE##*/} in *:*) refuse "image=$IMAGE has a tag: the name is image=${IMAGE%:*}, the" \
    "tag is tag=${IMAGE##*:}" ;; esac
}

use_tag() {
  case $1 in
    latest) refuse "tag=latest is no version: a deploy has to change the tag, as in tag=0.1.0" ;;
    '' | *[!A-Za-z0-9_.-]* | [.-]*) refuse "tag=$1 is no image tag: letters, digits and _.-, as" \
      "in tag=0.1.0" ;;
  esac
  TAG=$1
}

# The commit's name; with -dirty when there is more than was committed.
commit() { git -C "$ROOT" describe --always --dirty 2>/dev/null || echo uncommitted; }

# docker names neither what was wrong in one line nor how to get on.
docker_or_fail() {
  local what=$1
  shift
  docker "$@" 2>"$SCRATCH/docker" && return
  fail "$what: $(tail -n 1 "$SCRATCH/docker")"
}

# Sets PLATFORM, the one given or that of the last build: one tag after the other is for the same
# machines. And EMULATED, what is to be said when it is not this machine's.
use_platform() {
  local own
  PLATFORM=${platform:-$(state_read platform)}
  EMULATED=
  own=$(docker version --format '{{.Server.Arch}}' 2>/dev/null) || true
  case $PLATFORM in
    '' | "linux/$own") ;;
    *) if [ -n "$own" ]; then
      EMULATED="this machine is linux/$own, and under emulation the Swift compiler may crash:"
      EMULATED="$EMULATED make do-docker-build builds on the load-test machine"
    fi ;;
  esac
}

build() {
  use_name
  use_tag "${tag:-$(commit)}"
  need_engine
  need_readable_root
  use_platform
  say "builds image $IMAGE:$TAG with all seven steps${PLATFORM:+ for $PLATFORM}"
  if [ -n "$EMULATED" ]; then say "  $EMULATED"; fi
  DOCKER_BUILDKIT=1 docker build ${PLATFORM:+--platform "$PLATFORM"} --tag "$IMAGE:$TAG" "$ROOT" \
    || fail "image $IMAGE:$TAG was not built: the reason stands above${EMULATED:+; $EMULATED}"
  state_write image "$IMAGE:$TAG"
  if [ -n "$PLATFORM" ]; then state_write platform "$PLATFORM"; fi
  say "image $IMAGE:$TAG is what k8s-deploy takes from now on; next: make kind-load, or make" \
    "docker-push-image tag=0.1.0"
}

# The same code under another tag is a deploy too: what was built last is pushed as tag=.
push() {
  if [ -z "$LAST" ]; then fail "no image was built yet: make docker-build builds one"; fi
  if [ -z "${tag:-}" ]; then refuse "tag= is missing: the tag to push it under, as in make" \
    "docker-push-image tag=0.1.0"; fi
  use_name
  use_tag "$tag"
  case $IMAGE in
    */*) ;;
    *) refuse "image $IMAGE names no registry: image=registry.example.com/me/calc does; make" \
      "do-create-registry makes one at DigitalOcean" ;;
  esac
  need_engine
  say "pushes image $LAST as $IMAGE:$TAG"
  docker_or_fail "no image $LAST to push" tag "$LAST" "$IMAGE:$TAG"
  docker_or_fail "$IMAGE:$TAG was not pushed" push "$IMAGE:$TAG"
  state_write image "$IMAGE:$TAG"
  say "image $IMAGE:$TAG is what k8s-deploy takes from now on"
}

# Ctrl-C, for a process that is PID 1: the kernel drops what it has no handler for, as in steps 1
# and 2.
interrupt() {
  case $STEP in
    1 | 2) docker kill "$CONTAINER" >/dev/null 2>&1 || true ;;
    *) docker kill --signal INT "$CONTAINER" >/dev/null 2>&1 || true ;;
  esac
}

# Sets INFLUXDB for the container: INFLUXDB_BASE_URL, else what influxdb-local runs in Docker, which
# has a name in their network. What listens on this machine's loopback only, Docker Desktop leads
# to, and on Linux nothing does.
use_influxdb() {
  local other=calc-influxdb-8086 running
  use_network
  INFLUXDB=${INFLUXDB_BASE_URL:-http://$other:8086}
  case $STEP in [1-5]) return ;; esac
  running=$(docker container inspect --format '{{.State.Running}}' "$other" 2>/dev/null) || true
  if [ -z "${INFLUXDB_BASE_URL:-}" ] && [ "$running" != true ]; then
    INFLUXDB=http://host.docker.internal:8086
    say "no InfluxDB runs in Docker: make influxdb-local starts one, then the same command again"
  fi
  say "operations go to $INFLUXDB"
}

# A step as a cluster runs it: as PID 1, without privileges, on a read-only file system; in the
# foreground until it ends.
serve() {
  local local_port=${LISTEN_PORT:-4000} follower status
  use_step docker-local-server
  if [ -z "$LAST" ]; then fail "no image was built yet: make docker-build builds one"; fi
  use_count LISTEN_PORT "$local_port" "a port of this machine"
  need_engine
  CONTAINER=calc-local-$local_port
  use_influxdb
  say "runs step $STEP${ACT:+ ($ACT)} of image $LAST on http://localhost:$local_port; Ctrl-C ends" \
    "it"
  docker rm --force "$CONTAINER" >/dev/null 2>&1 || true
  trap 'docker rm --force "$CONTAINER" >/dev/null 2>&1 || true; rm -rf "$SCRATCH"' EXIT
  docker_or_fail "step $STEP does not start" run --detach --name "$CONTAINER" \
    --publish "127.0.0.1:$local_port:4000" --add-host host.docker.internal:host-gateway \
    --read-only --cap-drop ALL --security-opt no-new-privileges \
    --env WARMUP_SECONDS --env LOG_LEVEL --env POD_NAME --env INFLUXDB_DB \
    --network "$NETWORK" --env "INFLUXDB_BASE_URL=$INFLUXDB" \
    "$LAST" "/app/CalcV$STEP" ${ACT:+"--$ACT"} >/dev/null
  trap interrupt INT TERM
  # In a process group of its own: Ctrl-C is for the step, whose last words are still to be shown.
  set -m
  docker logs --follow "$CONTAINER" &
  follower=$!
  set +m
  # A signal ends a wait, not what is waited for.
  while kill -0 "$follower" 2>/dev/null; do wait "$follower" || true; done
  status=$(docker wait "$CONTAINER")
  say "step $STEP has ended with status $status"
  case $status in 0 | 137) ;; *) exit "$status" ;; esac
}

case ${1:-} in
  build | push | serve) "$1" ;;
  *) refuse "docker.sh does build, push or serve" ;;
esac
