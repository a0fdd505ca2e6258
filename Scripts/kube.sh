# shellcheck shell=bash
# shellcheck source=Scripts/lib.sh
# The cluster, as the scripts see it. Sourced after lib.sh.

# shellcheck source=Scripts/rollout.sh
. "$ROOT/Scripts/rollout.sh"

# Seconds for which an API server may be away (a restart, a change of leader) before a script gives
# up.
API_PATIENCE=${API_PATIENCE:-30}
ROLLOUT_TIMEOUT=${ROLLOUT_TIMEOUT:-120}
# All that the project puts into a cluster carries it, so that it can be told from what others put
# there.
MARK=app.kubernetes.io/part-of=graceful-shutdown
RELOAD_MESSAGE='restart has already been triggered within the past second'

refuse_namespace() {
  case $1 in
    -* | *- | *[!a-z0-9-]*) refuse "ns=$1 is no name of a namespace: small letters, digits and" \
      "hyphens" ;;
    kube-*) refuse "ns=$1 belongs to Kubernetes: choose another" ;;
  esac
}

# Sets CONTEXT and NAMESPACE: kubectl's own, or ns=.
use_cluster() {
  refuse_namespace "${ns:-}"
  need kubectl "https://kubernetes.io/docs/tasks/tools"
  CONTEXT=$(kubectl config current-context 2>/dev/null) \
    || fail "no cluster: kubectl has no current context; make kind-create makes one, kubectl" \
      "config use-context NAME chooses one"
  NAMESPACE=${ns:-$(kubectl config view --minify -o 'jsonpath={..namespace}')}
  NAMESPACE=${NAMESPACE:-default}
  refuse_namespace "$NAMESPACE"
}

# The remembered address if it is of the cluster and namespace in use, or nothing. One that was set
# without a cluster is of all.
remembered_url() {
  case $(state_read calc-url-for) in
    "$CONTEXT/$NAMESPACE" | "$CONTEXT/$NAMESPACE by hand" | '') state_read calc-url ;;
  esac
}

# How a target is called for the namespace in use.
in_namespace() { printf '%s' "$*${ns:+ ns=$ns}"; }

# What goes away by itself: a server that restarts, another writer, kubectl's own limit of a restart
# per second.
is_transient() { grep -qF -f "$ROOT/Scripts/transient-errors.txt" "$1"; }

# kubectl in the context and namespace in use. While the API server is away it tries again; then one
# line, status 75.
kube() {
  local deadline=$((SECONDS + API_PATIENCE)) is_told='' status
  while true; do
    status=0
    kubectl --context "$CONTEXT" --namespace "$NAMESPACE" --request-timeout=10s "$@" \
      2>"$SCRATCH/errors" || status=$?
    if [ "$status" -eq 0 ]; then
      # That a namespace lies in no namespace is no news.
      grep -v '^Warning: deleting cluster-scoped resources' "$SCRATCH/errors" >&2 || true
      return
    fi
    # Lines of kubectl's cache of API groups repeat what the last line says.
    grep -v '^E[0-9]\{4\} ' "$SCRATCH/errors" >"$SCRATCH/error" || true
    if ! is_transient "$SCRATCH/errors"; then
      cat "$SCRATCH/error" >&2
      return "$status"
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      say "no answer from the API server of context $CONTEXT for $API_PATIENCE s" \
        "($(tail -n 1 "$SCRATCH/error")); is the cluster up?" >&2
      return 75
    fi
    if [ -z "$is_told" ] && ! grep -q "$RELOAD_MESSAGE" "$SCRATCH/errors"; then
      say "  the API server of context $CONTEXT does not answer: trying again for $API_PATIENCE" \
        "s" >&2
      is_told=1
    fi
    sleep "$POLL"
  done
}

# One field of an object, as a jsonpath without braces; nothing when there is no such object or
# field.
field() { kube get "$1" --ignore-not-found -o "jsonpath={$2}"; }

exists() {
  local found
  # In a condition set -e does not count.
  found=$(kube get "$1" --ignore-not-found -o name) || exit
  [ -n "$found" ]
}

is_gone() { ! exists "$1"; }

# Waits until an object that is on its way out has left.
await_gone() {
  is_gone "$1" && return
  say "  $1 is still being deleted: waiting for it"
  within "$ROLLOUT_TIMEOUT" is_gone "$1" \
    || fail "$1 is still being deleted after $ROLLOUT_TIMEOUT s: what holds it is in kubectl" \
      "--namespace $NAMESPACE get $1 -o yaml, under finalizers"
}

IS_NEW_NAMESPACE=

# The namespace in use, made if it is missing (then IS_NEW_NAMESPACE is set); a half deleted one is
# waited for.
use_namespace() {
  local phase
  phase=$(field "namespace/$NAMESPACE" .status.phase)
  if [ "$phase" = Terminating ]; then await_gone "namespace/$NAMESPACE"; fi
  if exists "namespace/$NAMESPACE"; then return; fi
  say "  makes namespace $NAMESPACE"
  # shellcheck disable=SC2034 # Read by k8s-deploy.
  IS_NEW_NAMESPACE=1
  make_marked namespace "$NAMESPACE"
}

# Makes way for objects that are to be applied: make_way KIND/NAME… What is on its way out is waited
# for. What others made is not touched, for what applying ours would leave of it, and with
# replace=1 deleted.
make_way() {
  local object found mark leaving part_of='{.metadata.labels.app\.kubernetes\.io/part-of}'
  for object in "$@"; do
    found=$(kube get "$object" --ignore-not-found \
      -o "jsonpath=$part_of{\"|\"}{.metadata.deletionTimestamp}")
    if [ -z "$found" ]; then continue; fi
    IFS='|' read -r mark leaving <<<"$found"
    if [ -n "$leaving" ]; then
      await_gone "$object"
    elif [ "$mark" != "${MARK#*=}" ]; then
      [ "${replace:-}" = 1 ] || fail "$object in namespace $NAMESPACE of context $CONTEXT was not" \
        "made from here, and stays: ns=NAME puts the talk beside it, replace=1 deletes it"
      say "  $object was not made from here: deletes it, as replace=1 says, to make its own"
      kube delete "$object" --ignore-not-found --wait=false >/dev/null
      await_gone "$object"
    fi
  done
}

# Applies a file. An object that cannot be changed into what the file says is deleted and made anew.
apply() {
  local attempt object
  for attempt in 1 2 3 4; do
    if kube apply -f "$1" >"$SCRATCH/applied" 2>"$SCRATCH/refused"; then
      cat "$SCRATCH/refused" >&2
      sed 's/^/  /' "$SCRATCH/applied"
      return
    fi
    object=$(sed -nE '/immutable|may not change|updates to statefulset spec/!d
      s/^.*The ([A-Za-z]+) "([^"]+)" is invalid.*/\1\/\2/p' "$SCRATCH/refused" | sed -n 1p)
    if [ -z "$object" ] || [ "$attempt" -eq 4 ]; then break; fi
    say "  $object cannot be changed into the new one: deleting it first"
    kube delete "$object" --ignore-not-found --wait=false >/dev/null
    await_gone "$object"
  done
  fail "$(tail -n 1 "$SCRATCH/refused")"
}

# Whether a load balancer can be expected to appear: a node's provider is a cloud's. Sets PROVIDER
# to the first one named.
use_provider() {
  local providers
  providers=$(kube get nodes -o 'jsonpath={range .items[*]}{.spec.providerID}{"\n"}{end}')
  PROVIDER=$(printf '%s\n' "$providers" | sed -n 's|^\([a-z0-9-]*\)://.*|\1|p' | sed -n 1p)
}

# These are no cloud: kind, distributions for machines of one's own, and machines without a
# hypervisor that hands out addresses.
is_cloud() { case $PROVIDER in '' | kind | k3s | rke2 | vsphere | metal3) return 1 ;; esac }

# Makes an object as kubectl create does, or changes it, with the mark from its first moment.
make_marked() {
  kubectl create "$@" --dry-run=client --output=yaml \
    | kubectl label --local --filename=- --output=yaml "$MARK" >"$SCRATCH/marked.yaml"
  apply "$SCRATCH/marked.yaml"
}

# Renders a part of what is deployed into a file, with the image and tag in use. Nothing in the
# repository is changed.
render() {
  local folder
  folder=$(STATE=$STATE "$ROOT/Scripts/overlay.sh" "$1") || exit
  kubectl kustomize "$folder" >"$2" || exit
}
