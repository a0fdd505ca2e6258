#!/usr/bin/env bash
# InfluxDB on the cluster: $1 is deploy or port-forward. ns= and, for port-forward, port=.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=Scripts/kube.sh
. "$(dirname "$0")/kube.sh"

deploy() {
  use_cluster
  say "deploys InfluxDB to namespace $NAMESPACE of context $CONTEXT; what it holds already is kept"
  use_namespace
  render influxdb "$SCRATCH/influxdb.yaml"
  apply "$SCRATCH/influxdb.yaml"
  await_rollout statefulset/influxdb app=influxdb InfluxDB
}

# kubectl ends a forwarding when its pod goes; a new pod takes the place, so a new forwarding does too.
port_forward() {
  local local_port=${port:-8086} forwarding=''
  use_count port "$local_port" "a port of this machine, as in make influxdb-k8s-port-forward port=8086"
  use_cluster
  exists statefulset/influxdb || fail "namespace $NAMESPACE of context $CONTEXT has no InfluxDB: $(in_namespace make influxdb-k8s-deploy) comes first"
  say "leads http://localhost:$local_port to InfluxDB in namespace $NAMESPACE of context $CONTEXT; Ctrl-C ends it"
  trap 'kill "$forwarding" 2>/dev/null; exit 0' INT TERM
  while true; do
    kubectl --context "$CONTEXT" --namespace "$NAMESPACE" port-forward service/influxdb "$local_port:8086" >/dev/null 2>"$SCRATCH/forwarding" &
    forwarding=$!
    wait "$forwarding" || true
    if grep -q 'unable to listen on any of the requested ports' "$SCRATCH/forwarding"; then
      fail "port $local_port of this machine is taken: make influxdb-k8s-port-forward port=… chooses another"
    fi
    exists statefulset/influxdb || fail "InfluxDB is gone from namespace $NAMESPACE of context $CONTEXT"
    say "  the connection is gone: making it again"
    sleep "$POLL"
  done
}

case ${1:-} in
  deploy) deploy ;;
  port-forward) port_forward ;;
  *) refuse "influxdb-k8s.sh does deploy or port-forward" ;;
esac
