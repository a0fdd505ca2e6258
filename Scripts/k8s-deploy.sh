#!/usr/bin/env bash
# Puts a step on the cluster: v= graceful= tag= image= ns=. The same command again recovers from
# whatever stopped it.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=Scripts/kube.sh
. "$(dirname "$0")/kube.sh"
# shellcheck source=Scripts/edge.sh
. "$(dirname "$0")/edge.sh"
# shellcheck source=Scripts/balancer.sh
. "$(dirname "$0")/balancer.sh"

# Seconds that a cloud may take to make a load balancer.
ADDRESS_TIMEOUT=${ADDRESS_TIMEOUT:-300}

# And until a new namespace has what lets its pods pull.
PULL_SECRET_TIMEOUT=${PULL_SECRET_TIMEOUT:-60}

use_step k8s-deploy
secure=
use_cluster

# What runs now; nothing when nothing does.
running_step() {
  local command arguments
  command=$(field deployment/calc '.spec.template.spec.containers[0].command[0]')
  arguments=$(field deployment/calc '.spec.template.spec.containers[0].args[0]')
  case $command in
    '') ;;
    */CalcV[1-7]) say "step ${command##*/CalcV}${arguments:+ (graceful)}" ;;
    *) say "what ran there" ;;
  esac
}

# Kubernetes names a load balancer by address or by host.
external_address() {
  ADDRESS=$(field service/calc '.status.loadBalancer.ingress[0].ip')
  if [ -z "$ADDRESS" ]; then
    ADDRESS=$(field service/calc '.status.loadBalancer.ingress[0].hostname')
  fi
  [ -n "$ADDRESS" ]
}

await_address() {
  external_address && return
  say "  waits for the load balancer of $PROVIDER, which takes minutes"
  within "$ADDRESS_TIMEOUT" external_address && return
  fail "the pods run, but Service calc has no external address after $ADDRESS_TIMEOUT s: $(
    last_event type=Warning,involvedObject.name=calc,involvedObject.kind=Service | grep . \
      || say "kubectl --namespace $NAMESPACE describe service calc says why"
  )"
}

has_pull_secret() { [ -n "$(field serviceaccount/default '.imagePullSecrets[*].name')" ]; }

# DigitalOcean copies the registry's secret into a new namespace and names it in the namespace's
# service account. A pod that is made before cannot pull, and backs off.
await_pull_secret() {
  if ! grep -q 'image: registry\.digitalocean\.com/' "$SCRATCH/calc.yaml"; then return; fi
  has_pull_secret && return
  say "  waits for the secret by which the new namespace may pull"
  within "$PULL_SECRET_TIMEOUT" has_pull_secret \
    || say "  there is none after $PULL_SECRET_TIMEOUT s: make do-add-registry-to-k8s-cluster" \
      "makes it"
}

# Remembers the address, unless another was set by hand for what is deployed here, or for all.
remember_url() {
  local remembered
  remembered=$(state_read calc-url)
  case $(state_read calc-url-for) in
    "$CONTEXT/$NAMESPACE by hand" | '')
      if [ -n "$remembered" ] && [ "$remembered" != "$1" ]; then
        say "  tests go to $remembered, as set by hand; make set-calc-url url=$1 changes it"
        return
      fi
      ;;
  esac
  state_write calc-url "$1"
  state_write calc-url-for "$CONTEXT/$NAMESPACE"
}

say "deploys step $STEP${ACT:+ ($ACT)} to namespace $NAMESPACE of context $CONTEXT"
case $STEP in
  6 | 7)
    exists statefulset/influxdb \
      || fail "step $STEP writes to InfluxDB, and namespace $NAMESPACE has none:" \
        "$(in_namespace make influxdb-k8s-deploy) comes first"
    ;;
esac
use_namespace
make_way deployment/calc service/calc

before=$(running_step)
render "$VARIANT" "$SCRATCH/calc.yaml"
# An image that was neither built nor pushed from here, as one that was imported by hand: the next
# deploy takes it, too.
if [ -z "$(state_read image)" ]; then state_write image "${image:-}:${tag:-}"; fi
if [ -n "$IS_NEW_NAMESPACE" ]; then await_pull_secret; fi
apply "$SCRATCH/calc.yaml"
is_unchanged=$(grep -c '^deployment.apps/calc unchanged' "$SCRATCH/applied" || true)
paused=$(field deployment/calc .spec.paused)
if [ "$paused" = true ]; then kube rollout resume deployment/calc >/dev/null; fi

use_provider
if ! is_cloud; then
  say "  nodes of no cloud bring no load balancer: the edge (HAProxy) stands in for it"
  deploy_edge
fi
await_rollout deployment/calc app=calc "step $STEP"

if is_cloud; then
  await_address
  url=http://$ADDRESS
  remember_balancer
else
  await_rollout "$EDGE" app=calc-edge edge
  url=$(edge_url http)
  secure=$(edge_url https)
fi
if [ -n "$url" ]; then
  say "  reach it at $url${secure:+, or with HTTP/2 at $secure (a self-signed certificate)}"
  remember_url "$url"
else
  say "  this machine has no way in to namespace $NAMESPACE; inside the cluster it is" \
    "http://calc.$NAMESPACE and http://calc-edge.$NAMESPACE"
fi

if [ "$is_unchanged" -gt 0 ]; then
  say "nothing was to be changed, so no pod was replaced: $(in_namespace make k8s-redeploy)" \
    "replaces all"
elif [ -n "$before" ]; then
  say "what failed during this switch is how $before shuts down;" \
    "$(in_namespace make k8s-redeploy) shows how step $STEP does"
else
  say "$(in_namespace make k8s-redeploy) shows how step $STEP shuts down"
fi
