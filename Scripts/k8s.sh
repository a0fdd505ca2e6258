#!/usr/bin/env bash
# What is done to a step on the cluster: $1 is redeploy, scale, logs, test or delete. ns= and, for
# scale, n=.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=Scripts/kube.sh
. "$(dirname "$0")/kube.sh"
# shellcheck source=Scripts/balancer.sh
. "$(dirname "$0")/balancer.sh"

need_calc() {
  exists deployment/calc || fail "nothing is deployed in namespace $NAMESPACE of context" \
    "$CONTEXT: $(in_namespace make k8s-deploy v=4) comes first"
}

redeploy() {
  use_cluster
  say "replaces all pods of calc in namespace $NAMESPACE of context $CONTEXT"
  need_calc
  kube rollout restart deployment/calc >/dev/null
  await_rollout deployment/calc app=calc calc
}

scale() {
  use_count n "${n:-}" "how many pods, as in make k8s-scale n=20"
  use_cluster
  say "scales calc in namespace $NAMESPACE of context $CONTEXT to $n pods; a deploy sets the" \
    "manifest's number again"
  need_calc
  kube scale deployment/calc --replicas="$n" >/dev/null
  await_rollout deployment/calc app=calc calc
}

logs() {
  use_cluster
  need_calc
  if command -v stern >/dev/null 2>&1; then
    say "follows the logs of all pods of calc in namespace $NAMESPACE of context $CONTEXT; Ctrl-C" \
      "ends it"
    until_interrupted stern --context "$CONTEXT" --namespace "$NAMESPACE" --selector app=calc \
      --tail 10
    return
  fi
  say "follows the logs of the pods that run now in namespace $NAMESPACE of context $CONTEXT" \
    "(with stern installed: of new ones too); Ctrl-C ends it"
  # kubectl's status for Ctrl-C is 1, as for anything else.
  until_interrupted kubectl --context "$CONTEXT" --namespace "$NAMESPACE" logs --follow \
    --selector app=calc --prefix --tail=10 --max-log-requests=100 \
    || [ -n "$IS_INTERRUPTED" ]
}

# Through the API server, which needs neither an address nor a pod of ours. $1 is why.
test_inside() {
  local service="/api/v1/namespaces/$NAMESPACE/services/calc:http/proxy"
  say "$1: asks Service calc in namespace $NAMESPACE of context $CONTEXT through the API server"
  need_calc
  say "GET /health"
  kube get --raw "$service/health" | sed 's/^/  /'
  say
  say "POST /sum"
  printf '{"numbers":[1,2,3,4]}' >"$SCRATCH/numbers"
  kube create --raw "$service/sum" -f "$SCRATCH/numbers" | sed 's/^/  /'
  say
}

# Whether something listens there, whatever it answers. Where there is no curl, the next script
# says so.
is_reachable() {
  local url=$1 status=0
  shift
  command -v curl >/dev/null 2>&1 || return 0
  curl --silent --output /dev/null --max-time 5 "$@" "$url/health" || status=$?
  # No name, no connection, no answer in time.
  case $status in 6 | 7 | 28) return 1 ;; esac
}

run_test() {
  local remembered options=()
  use_cluster
  remembered=$(remembered_url)
  if [ -z "$remembered" ]; then
    test_inside "no address is remembered"
    return
  fi
  # The edge's certificate is self-signed.
  case $remembered in https://localhost:* | https://*[0-9]:*) options=(--insecure) ;; esac
  # A node's address that k8s-deploy found may be known inside its own network only; one that was
  # set by hand is meant.
  if [ "$(state_read calc-url-for)" = "$CONTEXT/$NAMESPACE" ] \
    && ! is_reachable "$remembered" ${options[@]+"${options[@]}"}; then
    test_inside "no way leads from this machine to $remembered"
    return
  fi
  say "asks $remembered for its health and a sum"
  HINT="$(in_namespace make k8s-deploy v=4) deploys there,"
  HINT="$HINT make set-calc-url url=… sets another address" \
    "$ROOT/Scripts/local-test.sh" "$remembered" ${options[@]+"${options[@]}"}
}

# All kinds that the manifests hold; what others made in the namespace does not carry the mark.
delete() {
  local kinds=deployments,services,statefulsets,jobs,poddisruptionbudgets mark balancer
  kinds=$kinds,configmaps,secrets,persistentvolumeclaims
  use_cluster
  say "deletes from namespace $NAMESPACE of context $CONTEXT what was deployed there, InfluxDB" \
    "and its data included"
  balancer=$(balancer_id)
  kube delete "$kinds" -l "$MARK" --ignore-not-found --wait=false | sed 's/^/  /'
  mark=$(field "namespace/$NAMESPACE" '.metadata.labels.app\.kubernetes\.io/part-of')
  if [ "$mark" = "${MARK#*=}" ]; then
    say "  and the namespace, which was made for it"
    kube delete "namespace/$NAMESPACE" --ignore-not-found --wait=false >/dev/null
    await_gone "namespace/$NAMESPACE"
  else
    within "$ROLLOUT_TIMEOUT" nothing_left || fail "not all is gone after $ROLLOUT_TIMEOUT s:" \
      "kubectl --namespace $NAMESPACE get pods,services -l $MARK"
  fi
  forget_balancer "$balancer"
  case $(state_read calc-url-for) in
    "$CONTEXT/$NAMESPACE"*)
      state_forget calc-url
      state_forget calc-url-for
      ;;
  esac
}

# Pods shut down at their own pace; a load balancer leaves with its Service.
nothing_left() {
  local left
  left=$(kube get deployments,statefulsets,pods,services -l "$MARK" -o name) || exit
  [ -z "$left" ]
}

case ${1:-} in
  redeploy | scale | logs | delete) "$1" ;;
  test) run_test ;;
  *) refuse "k8s.sh does redeploy, scale, logs, test or delete" ;;
esac
