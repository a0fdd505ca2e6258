#!/usr/bin/env bash
# All that is not Swift: renders every manifest and holds it against the schemas of the oldest and
# the newest Kubernetes, the rules for pods and HAProxy's own check of its configuration; lints
# YAML, Dockerfile and scripts. Needs no cluster and no Docker. Tools that are missing are installed
# where that is possible.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

OLDEST=1.30
TOOLS=$ROOT/.build/check-tools
STATE=$SCRATCH/state
export STATE image=calc tag=0.0.0

# The Python tools, in a folder that is made anew when their list changes.
have_tools() {
  if cmp -s Scripts/check-tools.txt "$TOOLS/list"; then return; fi
  need python3 "your system's package python3"
  rm -rf "$TOOLS"
  {
    python3 -m venv "$TOOLS" \
      && "$TOOLS/bin/pip" install --quiet --requirement Scripts/check-tools.txt
  } >"$SCRATCH/pip" 2>&1 || fail "the tools of Scripts/check-tools.txt cannot be installed:" \
    "$(tail -n 1 "$SCRATCH/pip")"
  cp Scripts/check-tools.txt "$TOOLS/list"
}

# Every folder with manifests, as Scripts/overlay.sh calls it.
parts() { find k8s -mindepth 2 -name '*.yaml' | sed 's|^k8s/||; s|/[^/]*$||; s|/|-|g' | sort -u; }

render_all() {
  local part
  for part in $(parts); do
    kubectl kustomize "$(Scripts/overlay.sh "$part")" >"$SCRATCH/rendered/$part.yaml" \
      || fail "$part does not render: the reason stands above"
  done
  cp k8s/disruption-budget.yaml "$SCRATCH/rendered"
}

validate() {
  local version
  for version in "--kubernetes-version=$OLDEST" --no-warn; do
    "$TOOLS/bin/kubernetes-validate" --strict --quiet "$version" "$SCRATCH"/rendered/*.yaml \
      || fail "a manifest is not valid ($version): the reason stands above"
  done
}

check_pods() { "$TOOLS/bin/python" Scripts/check-pods.py "$@"; }

# A check that finds nothing wrong has to find what is made wrong.
check_the_check() {
  local line wrong=$SCRATCH/wrong.yaml
  for line in runAsNonRoot 'type: RuntimeDefault' allowPrivilegeEscalation '- ALL' \
    readOnlyRootFilesystem imagePullPolicy 'cpu: 10m'; do
    grep -v -- "$line" "$SCRATCH/rendered/v5.yaml" >"$wrong"
    if check_pods "$wrong" >"$SCRATCH/findings"; then fail "Scripts/check-pods.py lets pass a pod" \
      "without '$line'"; fi
    if [ "$(wc -l <"$SCRATCH/findings")" -ne 1 ]; then fail "Scripts/check-pods.py finds more" \
      "than one fault in a pod without '$line': $(cat "$SCRATCH/findings")"; fi
  done
}

check_edge() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 \
    -subj /CN=calc-edge -keyout "$SCRATCH/edge.pem.key" -out "$SCRATCH/edge.pem" 2>/dev/null
  sed "s|/etc/calc-edge|$SCRATCH|" k8s/edge/haproxy.cfg >"$SCRATCH/haproxy.cfg"
  CALC_ADDRESS=127.0.0.1:80 haproxy -c -q -f "$SCRATCH/haproxy.cfg" || fail "k8s/edge/haproxy.cfg" \
    "is not valid: the reason stands above"
}

need kubectl "https://kubernetes.io/docs/tasks/tools"
for tool in shellcheck haproxy openssl; do
  obtain "$tool" || need "$tool" "your system's package $tool"
done
have_tools
mkdir "$SCRATCH/rendered"

render_all
say "manifests: $(parts | tr '\n' ' ')"
validate
say "valid for Kubernetes $OLDEST and" \
  "$("$TOOLS/bin/pip" list 2>/dev/null | awk '$1 == "kubernetes-validate" { print $2 }')"
check_pods "$SCRATCH"/rendered/*.yaml
check_the_check
say "pods pass the level restricted and the project's rules"
check_edge
"$TOOLS/bin/yamllint" --strict k8s
"$TOOLS/bin/hadolint" Dockerfile
shellcheck --external-sources .ci/run Scripts/*.sh Tests/StandIns/*
say "k8s, Dockerfile, scripts and the edge's configuration pass their linters"
