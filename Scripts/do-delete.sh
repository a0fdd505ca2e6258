#!/usr/bin/env bash
# Deletes what the other do- targets made, and nothing else. What is gone already is no failure.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=Scripts/kube.sh
. "$(dirname "$0")/kube.sh"
# shellcheck source=Scripts/do-lib.sh
. "$(dirname "$0")/do-lib.sh"

# Seconds for which a load balancer that is on its way out may hold its certificate.
RELEASE_TIMEOUT=${RELEASE_TIMEOUT:-120}

use_doctl

is_gone_already() { grep -qE ' 404 |[Nn]ot [Ff]ound|[Cc]ould not find' "$SCRATCH/doctl"; }

remove() {
  if doctl "$@" --force >/dev/null 2>"$SCRATCH/doctl"; then return; fi
  if is_gone_already; then
    say "    was gone already"
    return
  fi
  return 1
}

complaint() { fail "DigitalOcean: $(tail -n 1 "$SCRATCH/doctl"); the same command tries again"; }

# What the cluster's Services and volume claims hold outside of it, as far as it is ours. A cluster
# that does not answer is asked no more than once.
outside() {
  kubectl --context "do-$REGION-$CLUSTER" --request-timeout=10s get "$@" 2>/dev/null || true
}

joined() { tr -s ' \n' ',' | sed 's/^,//; s/,$//'; }

delete_cluster() {
  local id balancers volumes claims found
  local annotations='{.metadata.annotations.kubernetes\.digitalocean\.com/load-balancer-id}'
  id=$(state_read do/cluster)
  [ -n "$id" ] || return 0
  found=$(outside services --all-namespaces -l "$MARK" \
    -o "jsonpath={range .items[*]}$annotations{\"\\n\"}{end}")
  balancers=$({ state_read do/load-balancers && printf '%s\n' "$found"; } | sort -u | joined)
  claims=$(outside persistentvolumeclaims --all-namespaces -l "$MARK" \
    -o 'jsonpath={range .items[*]}{.spec.volumeName}{"\n"}{end}')
  volumes=$(for claim in $claims; do
    outside "persistentvolume/$claim" -o 'jsonpath={.spec.csi.volumeHandle}{"\n"}'
  done | joined)
  say "  cluster $CLUSTER${balancers:+, load balancer $balancers}${volumes:+, volume $volumes}"
  remove kubernetes cluster delete-selective "$id" ${balancers:+--load-balancers "$balancers"} \
    ${volumes:+--volumes "$volumes"} || complaint
  state_forget do/cluster
  state_forget do/load-balancers
}

delete_record() {
  local zone id
  read -r zone id <<<"$(state_read do/record)"
  [ -n "$id" ] || return 0
  say "  DNS record $id of $zone"
  remove compute domain records delete "$zone" "$id" || complaint
  state_forget do/record
}

delete_certificate() {
  local name id
  name=$(state_read do/certificate)
  state_forget do/certificate-in-use
  [ -n "$name" ] || return 0
  id=$(id_of "$name" compute certificate list)
  if [ -n "$id" ]; then
    say "  certificate $name"
    within "$RELEASE_TIMEOUT" remove compute certificate delete "$id" || complaint
  fi
  state_forget do/certificate
}

delete_vm() {
  local id
  id=$(state_read do/vm)
  if [ -n "$id" ]; then
    say "  machine $VM"
    remove compute droplet delete "$id" || complaint
  fi
  state_forget do/vm
  id=$(state_read do/key)
  if [ -n "$id" ]; then
    say "  its key"
    remove compute ssh-key delete "$id" || complaint
  fi
  state_forget do/key
  rm -f "$STATE/do/ssh-key" "$STATE/do/ssh-key.pub" "$STATE/do/known-hosts"
}

delete_registry() {
  local name
  name=$(state_read do/registry)
  [ -n "$name" ] || return 0
  say "  registry $name and its images"
  remove registries delete "$name" || complaint
  # What is deployed next is not to come from there.
  case $(state_read image) in "registry.digitalocean.com/$name/"*) state_forget image ;; esac
  state_forget do/registry
}

if ! ls "$STATE"/do/* >/dev/null 2>&1; then
  say "nothing on DigitalOcean was made from here, or all of it is gone"
  exit
fi
say "deletes what was made on DigitalOcean:"
delete_record
delete_cluster
delete_certificate
delete_vm
delete_registry
say "all of it is gone"
