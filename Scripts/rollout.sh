# shellcheck shell=bash
# shellcheck source=Scripts/lib.sh
# shellcheck source=Scripts/kube.sh
# Waiting for pods, and why they do not come. Sourced by kube.sh.

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
    if [ -z "$numbers" ]; then fail "$1 is gone from namespace $NAMESPACE: it was deleted" \
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
    *ImagePull* | ErrImage*)
      # Older kubelets say here that they wait, and why only in an event.
      message+=" $(events "type=Warning,involvedObject.name=$pod" | grep 'Failed to pull' \
        | tail -n 1)"
      message=${message% }
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

# The messages of the events that a field selector finds, the newest last; and that one only, or
# nothing.
events() {
  kube get events --field-selector "$1" --sort-by=.metadata.creationTimestamp \
    -o 'jsonpath={range .items[*]}{.message}{"\n"}{end}'
}
last_event() { events "$1" | tail -n 1; }

# The processor of the nodes, as Docker calls it.
node_processor() {
  kube get nodes -o 'jsonpath={range .items[*]}{.status.nodeInfo.architecture}{"\n"}{end}' \
    | sed -n 1p
}

# Whether a control plane is what refuses pods, by the scheduler's message. Since Kubernetes 1.35
# (and patches of 1.34) it names no taint: then by the taints of the nodes.
is_control_plane_closed() {
  case $1 in
    *'taint {node-role.kubernetes.io/control-plane'*) return ;;
    *'untolerated taint {'*) return 1 ;;
  esac
  local taints='{.spec.taints[?(@.key=="node-role.kubernetes.io/control-plane")].effect}{"\n"}'
  # An account that may not read nodes gets the general hint.
  kube get nodes -o "jsonpath={range .items[*]}$taints{end}" 2>/dev/null | grep -q NoSchedule
}

# Why the scheduler finds no node, from its message: a node that is full is not one that refuses.
unschedulable_hint() {
  case $1 in
    *Insufficient* | *'Too many pods'*) say "; the nodes have no room: more nodes, or fewer pods" \
      "with make k8s-scale n=…" ;;
    *'node(s) were unschedulable'*) say "; nodes are closed: kubectl uncordon NAME opens one" ;;
    *'untolerated taint'*)
      if is_control_plane_closed "$1"; then
        say "; the control plane takes no pods: kubectl taint nodes --all" \
          "node-role.kubernetes.io/control-plane- lets it"
      else
        say "; nodes refuse pods by a taint: kubectl describe nodes says which"
      fi
      ;;
    *) say "; the nodes have no room: more nodes, or fewer pods with make k8s-scale n=…" ;;
  esac
}

# $1 the reason, $2 the message.
reason_hint() {
  case $2 in
    *'exec format error'* | *'no match for platform'* | *'no matching manifest'*)
      say "; the image is for another processor than the nodes: make docker-build" \
        "platform=linux/$(node_processor)"
      return
      ;;
    # A name without a registry is looked for at Docker's, and never there.
    *docker.io/library/*) ;;
    *'401 Unauthorized'* | *'403 Forbidden'* | *'pull access denied'* | *'authorization failed'*)
      say "; the registry does not let the nodes in: make do-add-registry-to-k8s-cluster at" \
        "DigitalOcean, else a secret among imagePullSecrets of serviceaccount/default"
      return
      ;;
    *'Multi-Attach error'* | *'AttachVolume.Attach failed'* | *'attach or mount volumes'*)
      say "; the cloud is slow to attach the volume: the same command waits on"
      return
      ;;
  esac
  case "$1 $2" in
    *"Pulling image"*) set -- ImagePull "$2" ;;
    *PersistentVolumeClaim*) say "; nothing makes a volume: kubectl get" \
      "storageclasses,persistentvolumeclaims shows what waits for what" && return ;;
  esac
  case $1 in
    *ImagePull* | ErrImage* | InvalidImageName) say "; the nodes need the image: make" \
      "docker-build kind-load on kind, else make docker-push-image tag=…" ;;
    Unschedulable) unschedulable_hint "$2" ;;
    NotReady) say "; make k8s-logs shows what they say" ;;
  esac
}
