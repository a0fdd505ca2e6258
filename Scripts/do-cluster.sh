#!/usr/bin/env bash
# A cluster on DigitalOcean: $1 is create or add-registry. Machines of another size with size=.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=Scripts/do-lib.sh
. "$(dirname "$0")/do-lib.sh"

create() {
  local id
  use_doctl
  need kubectl "https://kubernetes.io/docs/tasks/tools"
  id=$(id_of "$CLUSTER" kubernetes cluster list)
  if [ -z "$id" ]; then
    if [ -n "$(state_read do/cluster)" ]; then
      know_account cluster
      say "cluster $CLUSTER was deleted meanwhile"
    fi
    say "makes cluster $CLUSTER: 7 nodes (${size:-s-2vcpu-4gb}) in $REGION, which takes some" \
      "minutes and costs money until make do-delete"
    # Not waiting gives the id at once: whatever happens from here on, do-delete knows it.
    id=$(do_list ID kubernetes cluster create "$CLUSTER" --region "$REGION" --count 7 \
      --size "${size:-s-2vcpu-4gb}" --wait=false --update-kubeconfig=false)
    remember cluster "$id"
  elif [ "$id" = "$(state_read do/cluster)" ]; then
    say "cluster $CLUSTER was made before"
  else
    say "cluster $CLUSTER is there already and was not made here: it is used, and do-delete" \
      "leaves it alone"
  fi
  HOPELESS="degraded error invalid deleted"
  within "$CLOUD_TIMEOUT" has_become running Status kubernetes cluster get "$id" \
    || fail "cluster $CLUSTER is still $BECAME after $CLOUD_TIMEOUT s: run the same command again" \
      "to wait on"
  [ "$BECAME" = running ] || fail "cluster $CLUSTER is $BECAME, and will hardly run: make" \
    "do-delete, then the same command again"
  do_api kubernetes cluster kubeconfig save "$id" >/dev/null
  say "kubectl's context is now $(kubectl config current-context); next: make" \
    "do-add-registry-to-k8s-cluster"
}

# So that its nodes may pull from the registry.
add_registry() {
  local id
  use_doctl
  id=$(id_of "$CLUSTER" kubernetes cluster list)
  [ -n "$id" ] || fail "there is no cluster $CLUSTER: make do-create-k8s-cluster comes first"
  say "lets cluster $CLUSTER pull from the registry"
  do_api kubernetes cluster registry add "$id" >/dev/null
}

case ${1:-} in
  create) create ;;
  add-registry) add_registry ;;
  *) refuse "do-cluster.sh does create or add-registry" ;;
esac
