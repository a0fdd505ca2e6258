# shellcheck shell=bash
# shellcheck source=Scripts/lib.sh
# shellcheck source=Scripts/kube.sh
# The edge: a load balancer for clusters that have none, and its certificate. Sourced after kube.sh.

EDGE=deployment/calc-edge
EDGE_CERTIFICATE=secret/calc-edge-certificate
# The node port to which k8s/kind.yaml leads this machine's 8080; beside it, for HTTPS, stand 30443
# and 8443.
EDGE_PORT=30080

# Whether the certificate in the cluster is good for another day.
has_certificate() {
  local stored
  stored=$(field "$EDGE_CERTIFICATE" '.data.tls\.crt')
  [ -n "$stored" ] || return
  openssl base64 -d -A <<<"$stored" 2>/dev/null \
    | openssl x509 -noout -checkend 86400 >/dev/null 2>&1
}

# A self-signed certificate: load tools are told to take it. Kept while it is valid.
deploy_certificate() {
  local names="DNS:calc-edge,DNS:calc-edge.$NAMESPACE,DNS:calc-edge.$NAMESPACE.svc"
  names="$names,DNS:localhost,IP:127.0.0.1"
  need openssl "your system's package openssl"
  if has_certificate; then return; fi
  say "  makes a certificate for the edge, valid for 30 days and self-signed"
  openssl ecparam -name prime256v1 -genkey -noout -out "$SCRATCH/tls.key"
  openssl req -x509 -new -key "$SCRATCH/tls.key" -days 30 -subj /CN=calc-edge \
    -addext "subjectAltName=$names" -out "$SCRATCH/tls.crt"
  make_marked secret tls "${EDGE_CERTIFICATE#*/}" --cert="$SCRATCH/tls.crt" --key="$SCRATCH/tls.key"
  # HAProxy reads it when it starts.
  if exists "$EDGE"; then kube rollout restart "$EDGE" >/dev/null; fi
}

# Node ports belong to one Service of the whole cluster: the edge of a second namespace gets others.
use_edge_ports() {
  local holder service='{.metadata.namespace}{"/"}{.metadata.name}{" "}{.spec.ports[*].nodePort}'
  holder=$(kube get services --all-namespaces \
    -o "jsonpath={range .items[*]}$service{\"\\n\"}{end}" \
    | awk -v port="$EDGE_PORT" '{ for (i = 2; i <= NF; i++) if ($i == port) print $1 }')
  case $holder in '' | "$NAMESPACE/calc-edge") return ;; esac
  say "  node port $EDGE_PORT belongs to $holder: this edge gets ports of its own"
  sed '/^ *nodePort:/d' "$1" >"$1.ports"
  mv -f "$1.ports" "$1"
}

deploy_edge() {
  make_way "$EDGE" service/calc-edge
  deploy_certificate
  render edge "$SCRATCH/edge.yaml"
  use_edge_ports "$SCRATCH/edge.yaml"
  apply "$SCRATCH/edge.yaml"
}

edge_port() { field service/calc-edge ".spec.ports[?(@.name==\"$1\")].nodePort"; }

# Where this machine reaches the edge over http or https, or nothing. The nodes of kind are behind
# this machine's own ports.
edge_url() {
  local port address addresses='{.status.addresses[?(@.type=="ExternalIP")].address}{" "}'
  addresses+='{.status.addresses[?(@.type=="InternalIP")].address}{"\n"}'
  port=$(edge_port "$1")
  if [ "$CONTEXT" = kind-calc ]; then
    case $1:$(edge_port http) in
      "http:$EDGE_PORT") say http://localhost:8080 ;;
      "https:$EDGE_PORT") say https://localhost:8443 ;;
    esac
    return
  fi
  address=$(kube get nodes -o "jsonpath={range .items[*]}$addresses{end}" \
    | awk 'NF && !found { print $1; found = 1 }')
  if [ -z "$address" ] || [ -z "$port" ]; then return; fi
  case $address in *:*) address="[$address]" ;; esac
  say "$1://$address:$port"
}
