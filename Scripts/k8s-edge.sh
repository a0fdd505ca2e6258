#!/usr/bin/env bash
# The edge on any cluster, also where a cloud brings load balancers of its own. ns=
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=Scripts/kube.sh
. "$(dirname "$0")/kube.sh"
# shellcheck source=Scripts/edge.sh
. "$(dirname "$0")/edge.sh"

use_cluster
say "deploys the edge (HAProxy) to namespace $NAMESPACE of context $CONTEXT"
use_namespace
deploy_edge
await_rollout "$EDGE" app=calc-edge edge
url=$(edge_url http)
secure=$(edge_url https)
if [ -n "$url" ]; then
  say "reach it at $url, or with HTTP/2 at $secure (a self-signed certificate); in the" \
    "cluster it is http://calc-edge.$NAMESPACE"
else
  say "this machine has no way in to namespace $NAMESPACE: in the cluster it is" \
    "http://calc-edge.$NAMESPACE"
fi
