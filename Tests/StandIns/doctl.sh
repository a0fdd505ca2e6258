#!/usr/bin/env bash
# Stands in for doctl 1.166: it knows the commands and flags of its sources that the talk uses, and
# refuses others in its words. 2 is to take away only what its sources call deprecated, none of
# which is here. What it answers stands in $STANDIN/answers. Errors are one line on standard error,
# `Error: METHOD URL: STATUS (request "ID") MESSAGE` where the API refuses; status 1.
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

words=() flags=() is_value=
for word in "$@"; do
  case $word in
    --no-header | --force | --*=*)
      flags+=("${word%%=*}")
      ;;
    --*)
      flags+=("$word")
      is_value=1
      ;;
    *)
      if [ -z "$is_value" ]; then words+=("$word"); fi
      is_value=
      ;;
  esac
done
known=" $shown $(flags_of "${words[@]}") " || exit 1
known=$(tr -s '\n' ' ' <<<"$known")
for flag in ${flags[@]+"${flags[@]}"}; do
  case $known in *" ${flag#--} "*) ;; *) refuse "unknown flag: $flag" ;; esac
done

otherwise() {
  case ${words[*]} in
    "account get") echo "u-1    t-1    jane@example.org    Example" ;;
    "kubernetes cluster list-associated-resources "*) echo "[]" ;;
  esac
}

# shellcheck source=Tests/StandIns/answer
. "$(dirname "$(readlink "$0")")/answer"
