# shellcheck shell=bash
# shellcheck source=Scripts/lib.sh
# The cluster, as the scripts see it. Sourced after lib.sh.

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

# The namespace in use, made if it is missing; a half deleted one is waited for.
use_namespace() {
  local phase
  phase=$(field "namespace/$NAMESPACE" .status.phase)
  if [ "$phase" = Terminating ]; then await_gone "namespace/$NAMESPACE"; fi
  if exists "namespace/$NAMESPACE"; then return; fi
  say "  makes namespace $NAMESPACE"
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

# These are nobody's cloud: kind, distributions for machines of one's own, and machines without a
# hypervisor that hands out addresses.
is_cloud() { case $PROVIDER in '' | kind | k3s | rke2 | vsphere | metal3) return 1 ;; esac }

# The numbers of a deployment: observed generation, generation, wanted, updated, all, available.
rollout_numbers() {
  local numbers='{.status.observedGeneration},{.metadata.generation},{.spec.replicas}'
  numbers+=',{.status.updatedReplicas},{.status.replicas},{.status.availableReplicas}'
  kube get "$1" --ignore-not-found -o "jsonpath=$numbers"
}

# Waits for a rollout as kubectl rollout status does, through an API server that restarts, and says
# how far it is. $1 deployment/NAME or statefulset/NAME, $2 the label of its pods, $3 how to call
# it.
await_rollout() {
  local deadline=$((SECONDS + ROLLOUT_TIMEOUT)) told='' numbers
  local observed generation wanted updated all available
  while true; do
    numbers=$(rollout_numbers "$1")
    if [ -z "$numbers" ]; then fail "$1 is gone from namespace $NAMESPACE: somebody deleted it" \
      "meanwhile; run the same command again"; fi
    IFS=, read -r observed generation wanted updated all available <<<"$numbers"
    if [ "${observed:-0}" -ge "${generation:-0}" ] && [ "${updated:-0}" -ge "$wanted" ] \
      && [ "${all:-0}" -le "${updated:-0}" ] && [ "${available:-0}" -ge "$wanted" ]; then
      say "  $3: $wanted of $wanted pods are new and available"
      return
    fi
    numbers="${updated:-0} of $wanted pods are new, ${available:-0} available"
    if [ "$numbers" != "$told" ]; then say "  $3: $numbers"; fi
    told=$numbers
    if [ "$SECONDS" -ge "$deadline" ]; then break; fi
    sleep "$POLL"
  done
  fail "the rollout of $3 has not finished after $ROLLOUT_TIMEOUT s: $(pods_reason "$1" "$2")"
}

# Of a pod: ready, deletion, reason to wait, reason not to be scheduled, name, message.
pod_fields='{.status.conditions[?(@.type=="Ready")].status}{"|"}{.metadata.deletionTimestamp}{"|"}'
pod_fields+='{.status.containerStatuses[*].state.waiting.reason}'
pod_fields+='{.status.initContainerStatuses[*].state.waiting.reason}{"|"}'
pod_fields+='{.status.conditions[?(@.type=="PodScheduled")].reason}{"|"}{.metadata.name}{"|"}'
pod_fields+='{.status.containerStatuses[*].state.waiting.message}'
pod_fields+='{.status.conditions[?(@.type=="PodScheduled")].message}{"\n"}'

# Why the pods of a rollout are not available: the reason that most of them give, with one of them
# as the example.
pods_reason() {
  local reasons reason count pod message
  message=$(field "$1" '.status.conditions[?(@.type=="ReplicaFailure")].message')
  if [ -n "$message" ]; then
    say "no pod can be made: $message"
    return
  fi
  # One line for each pod that is not ready: reason, pod, message.
  reasons=$(kube get pods -l "$2" -o "jsonpath={range .items[*]}$pod_fields{end}" | awk -F'|' '
    $1 != "True" && $2 == "" && $5 != "" {
      print ($3 != "" ? $3 : $4 != "" ? $4 : "NotReady") "|" $5 "|" $6
    }')
  if [ -z "$reasons" ]; then
    say "no pod says why; kubectl --namespace $NAMESPACE describe $1 shows more"
    return
  fi
  reason=$(cut -d'|' -f1 <<<"$reasons" | sort | uniq -c | sort -rn | awk 'NR == 1 { print $2 }')
  count=$(grep -c "^$reason|" <<<"$reasons")
  IFS='|' read -r _ pod message <<<"$(grep "^$reason|" <<<"$reasons" | sed -n 1p)"
  case $reason in
    CrashLoopBackOff | Error)
      local code='.status.containerStatuses[*].lastState.terminated.exitCode'
      message="exit code $(field "pod/$pod" "$code"), last words:"
      message+=" $(kube logs "pod/$pod" --previous --tail=1 2>/dev/null || true)"
      ;;
    NotReady | ContainerCreating)
      message=$(last_event "type=Warning,involvedObject.name=$pod")
      # No warning yet: what is under way, as the pull of an image from a registry that does not
      # answer.
      if [ -z "$message" ]; then message=$(last_event "involvedObject.name=$pod"); fi
      ;;
  esac
  say "$count pod(s) $reason, as $pod:" \
    "${message:-no message}$(reason_hint "$reason" "${message:-}")"
}

# The message of the newest event that a field selector finds, or nothing.
last_event() {
  kube get events --field-selector "$1" --sort-by=.metadata.creationTimestamp \
    -o 'jsonpath={range .items[*]}{.message}{"\n"}{end}' | tail -n 1
}

# $1 the reason, $2 the message.
reason_hint() {
  case "$1 $2" in
    *"Pulling image"*) set -- ImagePull "$2" ;;
    *PersistentVolumeClaim*) say "; nothing makes a volume: kubectl get" \
      "storageclasses,persistentvolumeclaims shows what waits for what" && return ;;
  esac
  case $1 in
    *ImagePull* | ErrImage* | InvalidImageName) say "; the nodes need the image: make" \
      "docker-build kind-load on kind, else make docker-push-image tag=…" ;;
    Unschedulable) say "; the nodes have no room: more nodes, or fewer pods with make k8s-scale" \
      "n=…" ;;
    NotReady) say "; make k8s-logs shows what they say" ;;
  esac
}

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
