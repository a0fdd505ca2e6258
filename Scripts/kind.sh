#!/usr/bin/env bash
# A cluster on this machine: $1 is create, load or delete.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# The name in k8s/kind.yaml.
cluster=calc

need docker "https://docs.docker.com/engine/install"
need kind "https://kind.sigs.k8s.io/docs/user/quick-start/#installation"
need_engine

is_there() {
  local clusters
  clusters=$(kind get clusters 2>/dev/null)
  grep -qx "$cluster" <<<"$clusters"
}

create() {
  need kubectl "https://kubernetes.io/docs/tasks/tools"
  if is_there; then
    say "cluster $cluster is there already; kubectl's context becomes kind-$cluster"
    kind export kubeconfig --name "$cluster" >/dev/null 2>&1
    return
  fi
  say "makes cluster $cluster of three nodes; this machine's ports 8080 and 8443 will lead to its" \
    "edge"
  if ! kind create cluster --name "$cluster" --config "$ROOT/k8s/kind.yaml" --wait 120s 2>&1 \
    | tee "$SCRATCH/kind"; then
    # What stands after a failure would only be in the way of the next try.
    kind delete cluster --name "$cluster" >/dev/null 2>&1 || true
    if grep -qE 'port is already allocated|address already in use' "$SCRATCH/kind"; then
      fail "port 8080 or 8443 of this machine is taken: end what listens there, then run the same" \
        "command again"
    fi
    fail "kind could not make the cluster:" \
      "$(grep -m 1 -i 'error' "$SCRATCH/kind" || tail -n 1 "$SCRATCH/kind")"
  fi
  say "next: make docker-build kind-load"
}

# The images of one part of the talk, one a line.
images() {
  local folder
  folder=$("$ROOT/Scripts/overlay.sh" "$1") || exit
  kubectl kustomize "$folder" | sed -n 's/^ *\(- \)\{0,1\}image: *"\{0,1\}\([^" ]*\).*/\2/p'
}

# kind load docker-image trips over images of several platforms in Docker's containerd store (kind
# issue 3795); an archive of one platform does not. Docker before 28 has no such store's option, and
# one from snap sees no /tmp of others: the archive goes through standard output.
archive() {
  docker save --platform "linux/$ARCH" "$1" >"$2" 2>"$SCRATCH/save" && return
  if grep -q 'unknown flag' "$SCRATCH/save"; then
    docker save "$1" >"$2" 2>"$SCRATCH/save" && return
  fi
  fail "$1 cannot be saved for linux/$ARCH: $(tail -n 1 "$SCRATCH/save")"
}

load() {
  local own others='' part image processor
  need kubectl "https://kubernetes.io/docs/tasks/tools"
  is_there || fail "no cluster $cluster: make kind-create makes it"
  ARCH=$(docker version --format '{{.Server.Arch}}')
  own=$(images v1)
  for part in edge influxdb load-test; do
    image=$(images "$part")
    others="$others $image"
  done
  say "loads into cluster $cluster, so that it needs no network: $own$others"
  docker image inspect "$own" >/dev/null 2>&1 || fail "$own is not on this machine: make" \
    "docker-build builds it"
  processor=$(docker image inspect --format '{{.Architecture}}' "$own")
  case $processor in
    "$ARCH" | '') ;;
    *) fail "$own is for linux/$processor, and the nodes of kind are linux/$ARCH: make" \
      "docker-build platform=linux/$ARCH" ;;
  esac
  for image in $own $others; do
    if ! docker image inspect "$image" >/dev/null 2>&1; then
      say "  pulls $image"
      docker pull --quiet "$image" >/dev/null || fail "$image is not on this machine and cannot" \
        "be pulled"
    fi
    say "  loads $image"
    archive "$image" "$SCRATCH/image.tar"
    kind load image-archive "$SCRATCH/image.tar" --name "$cluster" >/dev/null 2>"$SCRATCH/kind" \
      || fail "$image does not get onto the nodes: $(tail -n 1 "$SCRATCH/kind")"
  done
}

delete() {
  if ! is_there; then
    say "there is no cluster $cluster"
    return
  fi
  say "deletes cluster $cluster and all that is in it"
  kind delete cluster --name "$cluster" 2>/dev/null
}

case ${1:-} in
  create | load | delete) "$1" ;;
  *) refuse "kind.sh does create, load or delete" ;;
esac
