#!/usr/bin/env bash
# Stands in for doctl 1.166: it knows the commands, flags and columns of its sources that the talk
# uses, and refuses others in its words. 2 is to take away only what its sources call deprecated,
# none of which is here. What it answers stands in $STANDIN/answers. Errors are one line on standard
# error, `Error: METHOD URL: STATUS (request "ID") MESSAGE` where the API refuses; status 1.
set -euo pipefail

refuse() {
  printf 'Error: %s\n' "$*" >&2
  exit 1
}

shown='format no-header'
# The flags of a command, given as its words.
flags_of() {
  case "$*" in
    "account get" | "kubernetes cluster list" | "compute domain list" | "registries list") ;;
    "compute certificate list" | "compute load-balancer list" | "compute volume list") ;;
    "compute domain records list "* | "compute ssh-key get "*) ;;
    "kubernetes cluster get "* | "kubernetes cluster list-associated-resources "*) ;;
    "compute certificate get "* | "compute load-balancer get "*) ;;
    "compute droplet list") echo region tag-name ;;
    "compute droplet get "*) echo template ;;
    "kubernetes cluster create "*) echo region count size wait update-kubeconfig ;;
    "kubernetes cluster delete-selective "*)
      echo force load-balancers volumes snapshots update-kubeconfig
      ;;
    "kubernetes cluster registry add "* | "kubernetes cluster kubeconfig save "*) ;;
    "registries create "*) echo region subscription-tier ;;
    "registries login "*) echo expiry-seconds never-expire read-only ;;
    "registries delete "* | "compute droplet delete "* | "compute ssh-key delete "*) echo force ;;
    "compute certificate delete "* | "compute load-balancer delete "*) echo force ;;
    "compute domain records delete "*) echo force ;;
    "compute certificate create") echo type name dns-names ;;
    "compute domain records create "*)
      echo record-type record-name record-data record-ttl
      ;;
    "compute domain records update "*) echo record-id record-data ;;
    "compute droplet create "*) echo region size image ssh-keys ;;
    "compute ssh-key import "*) echo public-key-file ;;
    *) refuse "unknown command \"$1\" for \"doctl\"" ;;
  esac
}

# The columns that --format may name, of a command given as its words.
columns_of() {
  case "$*" in
    "account "*) echo Email Team TeamUUID DropletLimit EmailVerified UUID Status ;;
    "kubernetes cluster list-associated-resources "*) echo Volumes VolumeSnapshots LoadBalancers ;;
    "kubernetes cluster list") echo ID Name Region Version AutoUpgrade Status NodePools ;;
    "kubernetes cluster "*)
      echo ID Name Region Version AutoUpgrade HAControlPlane Status Endpoint IPv4 ClusterSubnet
      echo ServiceSubnet Tags Created Updated NodePools RoutingAgent
      ;;
    "registries "*) echo Name Endpoint Region ;;
    "compute domain list") echo Domain TTL ;;
    "compute domain records "*) echo ID Type Name Data Priority Port TTL Weight ;;
    "compute certificate "*) echo ID Name DNSNames SHA1Fingerprint NotAfter Created Type State ;;
    "compute load-balancer "*)
      echo ID IP IPv6 Name Status Created Region Size SizeUnit VPCUUID SubnetUUID Tag DropletIDs
      echo RedirectHttpToHttps StickySessions HealthCheck ForwardingRules Firewall
      echo DisableLetsEncryptDNSRecords
      ;;
    "compute volume "*) echo ID Name Size Region DropletIDs Tags ;;
    "compute ssh-key "*) echo ID Name FingerPrint ;;
    "compute droplet "*)
      echo ID Name PublicIPv4 PrivateIPv4 PublicIPv6 Memory VCPUs Disk Region Image VPCUUID Status
      echo Tags Features Volumes SizeSlug
      ;;
  esac
}

words=() flags=() is_value='' columns=''
for word in "$@"; do
  case $word in
    --no-header | --force | --*=*)
      flags+=("${word%%=*}")
      ;;
    --*)
      flags+=("$word")
      is_value=$word
      ;;
    *)
      if [ -z "$is_value" ]; then words+=("$word"); fi
      if [ "$is_value" = --format ]; then columns=$word; fi
      is_value=
      ;;
  esac
done
known=" $shown $(flags_of "${words[@]}") " || exit 1
known=$(tr -s '\n' ' ' <<<"$known")
for flag in ${flags[@]+"${flags[@]}"}; do
  case $known in *" ${flag#--} "*) ;; *) refuse "unknown flag: $flag" ;; esac
done
# With --no-header doctl refuses none, and prints <nil>, which a script would take for a value.
allowed=$(columns_of "${words[@]}" | tr -s '\n' ' ')
for column in ${columns//,/ }; do
  case " $allowed" in *" $column "*) ;; *) refuse "unknown column \"$column\"" ;; esac
done

otherwise() {
  case ${words[*]} in
    "account get") echo "u-1    t-1    jane@example.org    Example" ;;
    "kubernetes cluster list-associated-resources "*) echo "[]" ;;
  esac
}

# shellcheck source=Tests/StandIns/answer
. "$(dirname "$(readlink "$0")")/answer"
