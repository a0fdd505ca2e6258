#!/usr/bin/env bash
# HTTPS and HTTP/2 at DigitalOcean's load balancer: $1 is create-cert, create-dns-record (domain=),
# lb-https or lb-http2 (nodes= of the load balancer). ns=
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=Scripts/kube.sh
. "$(dirname "$0")/kube.sh"
# shellcheck source=Scripts/do-lib.sh
. "$(dirname "$0")/do-lib.sh"
# shellcheck source=Scripts/balancer.sh
. "$(dirname "$0")/balancer.sh"

# Splits domain= into ZONE, which the account has, and RECORD, the name in it.
use_domain() {
  local zones zone
  case ${domain:-} in
    '') refuse "domain= is missing, as in make do-$1 domain=calc.example.org" ;;
    *.*) ;;
    *) refuse "domain=$domain is no domain, as calc.example.org is" ;;
  esac
  case $domain in *[!a-zA-Z0-9.-]*) refuse "domain=$domain is no domain, as calc.example.org" \
    "is" ;; esac
  use_doctl
  zones=$(do_list Domain compute domain list)
  ZONE=
  for zone in $zones; do
    case .$domain in *".$zone") if [ ${#zone} -gt ${#ZONE} ]; then ZONE=$zone; fi ;; esac
  done
  [ -n "$ZONE" ] || fail "no domain of your account holds $domain: doctl compute domain create" \
    "adds one, whose registrar has to name ns1.digitalocean.com"
  RECORD=@
  if [ "$domain" != "$ZONE" ]; then RECORD=${domain%".$ZONE"}; fi
}

# A certificate's name is unique in an account. Its id changes each time that it is renewed, so it
# is looked up when it is used.
certificate_name() { printf 'calc-%s' "$1" | tr . -; }

create_cert() {
  local name id refused=
  use_domain create-cert
  name=$(certificate_name "$domain")
  id=$(id_of "$name" compute certificate list)
  if [ -n "$id" ] && [ "$name" = "$(state_read do/certificate)" ] \
    && [ "$(do_list State compute certificate get "$id")" = error ]; then
    say "deletes certificate $name, which Let's Encrypt refused"
    do_api compute certificate delete "$id" --force >/dev/null
    refused=$id
    id=
  fi
  if [ -z "$id" ]; then
    if [ "$name" = "$(state_read do/certificate)" ] && [ -z "$refused" ]; then
      know_account certificate
      say "certificate $name was deleted meanwhile"
    fi
    say "asks Let's Encrypt for a certificate for $domain, called $name"
    id=$(do_list ID compute certificate create --type lets_encrypt --name "$name" \
      --dns-names "$domain")
    remember certificate "$name"
  elif [ "$name" = "$(state_read do/certificate)" ]; then
    say "certificate $name was made before"
  else
    say "certificate $name is there already and was not made here: it is used, and do-delete" \
      "leaves it alone"
  fi
  remember certificate-in-use "$name"
  HOPELESS=error
  within "$CLOUD_TIMEOUT" has_become verified State compute certificate get "$id" \
    || fail "certificate $name is still $BECAME after $CLOUD_TIMEOUT s: does the registrar of" \
      "$ZONE name DigitalOcean's name servers?"
  [ "$BECAME" = verified ] || fail "Let's Encrypt refused certificate $name: has the registrar of" \
    "$ZONE named ns1.digitalocean.com? Then the same command asks again"
  say "it is verified; next: make do-create-dns-record domain=$domain"
}

annotation() { field service/calc ".metadata.annotations.$1"; }

# The address in the Service, which the load balancer's has to be.
use_address() {
  ADDRESS=$(field service/calc '.status.loadBalancer.ingress[0].ip')
  [ -n "$ADDRESS" ] || fail "Service calc in namespace $NAMESPACE of context $CONTEXT has no" \
    "external address: $(in_namespace make k8s-deploy v=4) comes first"
}

create_dns_record() {
  local records id data
  use_domain create-dns-record
  use_cluster
  use_address
  say "leads $domain to $ADDRESS: record A $RECORD in domain $ZONE, kept by others for 10 minutes" \
    "at most"
  records=$(do_list ID,Type,Name,Data compute domain records list "$ZONE")
  read -r id data < <(awk -v name="$RECORD" '
    $2 == "A" && $3 == name { print $1, $4; found = 1; exit }
    END { if (!found) print "" }' <<<"$records")
  if [ -z "$id" ]; then
    id=$(do_list ID compute domain records create "$ZONE" --record-type A \
      --record-name "$RECORD" --record-data "$ADDRESS" --record-ttl 600)
    remember record "$ZONE $id"
  elif [ "$data" = "$ADDRESS" ]; then
    say "  it is there already"
  elif [ "$(state_read do/record)" = "$ZONE $id" ]; then
    do_api compute domain records update "$ZONE" --record-id "$id" --record-data "$ADDRESS" \
      >/dev/null
  else
    fail "$domain leads to $data already, by a record that was not made here: delete it or choose" \
      "another name"
  fi
  say "next: make do-lb-https (or do-lb-http2), then make set-calc-url url=https://$domain"
}

# The forwarding rules of the talk: HTTP 80 to HTTP, and HTTPS or HTTP/2 443 to HTTP. They are
# annotations of the Service; a rule made by hand would be undone by the cloud's controller.
forward() {
  local secure=$1 other=$2 protocol=$3 name id type size=
  local base=service.beta.kubernetes.io/do-loadbalancer
  if [ -n "${nodes:-}" ]; then
    use_count nodes "$nodes" "of the load balancer, each for 250 TLS handshakes a second"
    size="\"$base-size-unit\": \"$nodes\","
  fi
  use_doctl
  use_cluster
  name=$(state_read do/certificate-in-use)
  [ -n "$name" ] || fail "no certificate is remembered: make do-create-cert" \
    "domain=calc.example.org comes first"
  id=$(id_of "$name" compute certificate list)
  [ -n "$id" ] || fail "certificate $name is gone from the account: make do-create-cert domain=…" \
    "makes it again"
  say "lets the load balancer of namespace $NAMESPACE in context $CONTEXT take $protocol at 443" \
    "with certificate $name ($id), and HTTP at 80"
  use_address
  type=$(annotation 'service\.beta\.kubernetes\.io/do-loadbalancer-type')
  if [ "$type" = REGIONAL_NETWORK ]; then
    fail "this load balancer forwards packets (REGIONAL_NETWORK) and can end no $protocol:" \
      "$(in_namespace make k8s-delete), then $(in_namespace make k8s-deploy v=4) make one that can"
  fi
  # The records of Let's Encrypt's own making are not wanted: do-create-dns-record makes the one
  # that do-delete takes away.
  kube patch service/calc --type strategic --patch "{
    \"metadata\": {\"annotations\": {$size
      \"$base-protocol\": \"http\",
      \"$base-certificate-id\": \"$id\",
      \"$base-disable-lets-encrypt-dns-records\": \"true\",
      \"$base-$secure-ports\": \"443\",
      \"$base-$other-ports\": null
    }},
    \"spec\": {\"ports\": [{\"name\": \"https\", \"port\": 443, \"targetPort\": \"http\"}]}
  }" >/dev/null
  BALANCER=$(balancer_id)
  within "$CLOUD_TIMEOUT" forwards "$protocol" || fail "the load balancer does not forward" \
    "$protocol after $CLOUD_TIMEOUT s: kubectl --namespace $NAMESPACE describe service calc says" \
    "why"
  say "next: make set-calc-url url=https://… with the certificate's domain"
}

forwards() {
  local rules wanted
  wanted=$(tr '[:upper:]' '[:lower:]' <<<"${1//\//}")
  poll ForwardingRules compute load-balancer get "$BALANCER" || return 1
  rules=$BECAME
  case $rules in *"entry_protocol:$wanted,entry_port:443"*) ;; *) return 1 ;; esac
}

case ${1:-} in
  create-cert) create_cert ;;
  create-dns-record) create_dns_record ;;
  lb-https) forward tls http2 HTTPS ;;
  lb-http2) forward http2 tls HTTP/2 ;;
  *) refuse "do-https.sh does create-cert, create-dns-record, lb-https or lb-http2" ;;
esac
