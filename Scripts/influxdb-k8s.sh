#!/usr/bin/env bash
# InfluxDB on the cluster: $1 is deploy or port-forward. ns= and, for port-forward, port=.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# A cloud takes minutes to attach a volume, and first detaches it where the pod was.
ROLLOUT_TIMEOUT=${ROLLOUT_TIMEOUT:-300}
# shellcheck source=Scripts/kube.sh
. "$(dirname "$0")/kube.sh"

# Whether a claim would get a volume: one is bound already, some class is the default, or an
# administrator laid out volumes by hand. An account that may not ask is no reason to do without.
has_storage() {
  local is_default='{.metadata.annotations.storageclass\.kubernetes\.io/is-default-class}'
  [ "$(field persistentvolumeclaim/data-influxdb-0 .status.phase)" = Bound ] && return
  kube get storageclasses -o "jsonpath={range .items[*]}$is_default{\"\\n\"}{end}" \
    >"$SCRATCH/classes" 2>"$SCRATCH/classes.error" || return 0
  grep -qx true "$SCRATCH/classes" && return
  kube get persistentvolumes \
    -o 'jsonpath={range .items[*]}{.status.phase}{":"}{.spec.storageClassName}{"\n"}{end}' \
    >"$SCRATCH/volumes" 2>/dev/null || return 1
  grep -qx Available: "$SCRATCH/volumes"
}

# Whether an InfluxDB runs whose data lie in its pod: with a volume, which a StatefulSet cannot be
# given later, they would be gone.
keeps_in_pod() {
  exists statefulset/influxdb \
    && [ -z "$(field statefulset/influxdb '.spec.volumeClaimTemplates[0].metadata.name')" ]
}

# Without storage, data that lasts as long as the pod is better than a pod that never starts.
render_in_pod() {
  cat >>"$STATE/overlay/influxdb/kustomization.yaml" <<'END'
patches:
  - target:
      kind: StatefulSet
      name: influxdb
    patch: |-
      - op: remove
        path: /spec/volumeClaimTemplates
      - op: add
        path: /spec/template/spec/volumes
        value: [{name: data, emptyDir: {}}]
END
  kubectl kustomize "$STATE/overlay/influxdb" >"$1"
}

deploy() {
  use_cluster
  say "deploys InfluxDB to namespace $NAMESPACE of context $CONTEXT; what it holds already is kept"
  use_namespace
  make_way statefulset/influxdb service/influxdb
  render influxdb "$SCRATCH/influxdb.yaml"
  if keeps_in_pod; then
    say "  its data lie in its pod, and are left there: make k8s-delete first, if they may go," \
      "for one with a volume"
    render_in_pod "$SCRATCH/influxdb.yaml"
  elif ! has_storage; then
    say "  the cluster has no default StorageClass, so there is no volume: data survives a" \
      "restart of InfluxDB, and goes with its pod"
    render_in_pod "$SCRATCH/influxdb.yaml"
  fi
  apply "$SCRATCH/influxdb.yaml"
  await_rollout statefulset/influxdb app=influxdb InfluxDB
}

influxdb_pod() { field pod/influxdb-0 .metadata.uid; }

# kubectl notices only by a request that fails that the pod it forwards to is gone. $1 is the
# forwarding's process, $2 the pod.
end_with_pod() {
  while kill -0 "$1" 2>/dev/null; do
    if [ "$(influxdb_pod)" != "$2" ]; then kill "$1" 2>/dev/null || true; fi
    sleep "$POLL"
  done
}

# A new pod takes the place of one that goes, and so does a new forwarding.
port_forward() {
  local local_port=${port:-8086} forwarding='' guard='' pod
  use_count port "$local_port" \
    "a port of this machine, as in make influxdb-k8s-port-forward port=8086"
  use_cluster
  exists statefulset/influxdb || fail "namespace $NAMESPACE of context $CONTEXT has no InfluxDB:" \
    "$(in_namespace make influxdb-k8s-deploy) comes first"
  say "leads http://localhost:$local_port to InfluxDB in namespace $NAMESPACE of context" \
    "$CONTEXT; Ctrl-C ends it"
  trap 'kill "$forwarding" "$guard" 2>/dev/null; exit 0' INT TERM
  while true; do
    pod=$(influxdb_pod)
    kubectl --context "$CONTEXT" --namespace "$NAMESPACE" port-forward service/influxdb \
      "$local_port:8086" >/dev/null 2>"$SCRATCH/forwarding" &
    forwarding=$!
    end_with_pod "$forwarding" "$pod" &
    guard=$!
    wait "$forwarding" || true
    kill "$guard" 2>/dev/null || true
    if grep -q 'unable to listen on any of the requested ports' "$SCRATCH/forwarding"; then
      fail "port $local_port of this machine is taken: make influxdb-k8s-port-forward port=…" \
        "chooses another"
    fi
    exists statefulset/influxdb || fail "InfluxDB is gone from namespace $NAMESPACE of context" \
      "$CONTEXT"
    say "  the connection is gone: making it again"
    sleep "$POLL"
  done
}

case ${1:-} in
  deploy) deploy ;;
  port-forward) port_forward ;;
  *) refuse "influxdb-k8s.sh does deploy or port-forward" ;;
esac
