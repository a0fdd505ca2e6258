#!/usr/bin/env bash
# Deletes what the other do- targets made, and nothing else. What is gone already is no failure.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=Scripts/kube.sh
. "$(dirname "$0")/kube.sh"
# shellcheck source=Scripts/do-lib.sh
. "$(dirname "$0")/do-lib.sh"
# shellcheck source=Scripts/balancer.sh
. "$(dirname "$0")/balancer.sh"

# Seconds for which a load balancer that is on its way out may hold its certificate.
RELEASE_TIMEOUT=${RELEASE_TIMEOUT:-120}

# What this account was asked to delete, which may take it minutes.
LEAVING=

use_doctl

# Deletes one thing: remove words… What the account that made it does not have is gone.
remove() {
  if doctl "$@" --force >/dev/null 2>"$SCRATCH/doctl"; then return; fi
  if is_absent && [ -n "$(state_read do/account)" ]; then
    say "    was gone already"
    return
  fi
  return 1
}

# Ends with what doctl said. $1 is what is remembered.
give_up() {
  if is_absent; then know_account "$1"; fi
  fail "DigitalOcean: $(complaint); the same command tries again"
}

# What the cluster's Services and volume claims hold outside of it, as far as it is ours. A cluster
# that does not answer is asked no more than once.
outside() {
  kubectl --context "do-$REGION-$CLUSTER" --request-timeout=10s get "$@" 2>/dev/null || true
}

# Lines that two lists have in common, and those of the first only.
common() { grep -Fx -f <(printf '%s\n' "$2") <<<"$1" | grep . | sort -u || true; }
without() { grep -Fxv -f <(printf '%s\n' "$2") <<<"$1" | grep . | sort -u || true; }
joined() { tr -s ' \n' ',' <<<"$1" | sed 's/^,//; s/,$//'; }

# The ids of one kind that DigitalOcean counts to the cluster, one a line; doctl prints `[a b]`.
associated() {
  local ids
  ids=$(do_list "$1" kubernetes cluster list-associated-resources "$2") || exit
  tr -s '[] ' '\n' <<<"$ids" | grep . || true
}

# Ours of the Services' load balancers and of the volumes go with the cluster. Another Service's
# load balancer stays, and costs money: show_rest names it.
delete_cluster() {
  local id found balancers known volumes claims
  id=$(state_read do/cluster)
  known=$(state_read do/load-balancers)
  if [ -n "$id" ]; then
    say "  cluster $CLUSTER"
    if is_there cluster kubernetes cluster get "$id"; then
      balancers=$(outside services --all-namespaces -l "$MARK" \
        -o "jsonpath={range .items[*]}{$BALANCER_FIELD}{\"\\n\"}{end}")
      claims=$(outside persistentvolumeclaims --all-namespaces -l "$MARK" \
        -o 'jsonpath={range .items[*]}{.spec.volumeName}{"\n"}{end}')
      volumes=$(for claim in $claims; do
        outside "persistentvolume/$claim" -o 'jsonpath={.spec.csi.volumeHandle}{"\n"}'
      done)
      found=$(associated LoadBalancers "$id") || exit
      balancers=$(common "$found" "$known"$'\n'"$balancers")
      found=$(associated Volumes "$id") || exit
      volumes=$(common "$found" "$volumes")
      if [ -n "$balancers" ]; then say "    with load balancer $(joined "$balancers")"; fi
      if [ -n "$volumes" ]; then say "    with volume $(joined "$volumes")"; fi
      doctl kubernetes cluster delete-selective "$id" --force \
        ${balancers:+--load-balancers "$(joined "$balancers")"} \
        ${volumes:+--volumes "$(joined "$volumes")"} >/dev/null 2>"$SCRATCH/doctl" \
        || fail "DigitalOcean: $(complaint); the same command tries again"
      LEAVING="$id $balancers $volumes"
      known=$(without "$known" "$balancers")
    else
      say "    was gone already"
    fi
  fi
  # A balancer may outlive its cluster.
  for balancer in $known; do
    say "  load balancer $balancer"
    remove compute load-balancer delete "$balancer" || give_up load-balancers
  done
  state_forget do/load-balancers
  state_forget do/cluster
}

delete_record() {
  local zone id
  read -r zone id <<<"$(state_read do/record)"
  [ -n "$id" ] || return 0
  say "  DNS record $id of $zone"
  remove compute domain records delete "$zone" "$id" || give_up record
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
    within "$RELEASE_TIMEOUT" remove compute certificate delete "$id" || give_up certificate
  else
    know_account certificate
  fi
  state_forget do/certificate
}

delete_vm() {
  local id
  id=$(state_read do/vm)
  if [ -n "$id" ]; then
    say "  machine $VM"
    remove compute droplet delete "$id" || give_up vm
    LEAVING="$LEAVING $id"
  fi
  state_forget do/vm
  id=$(state_read do/key)
  if [ -n "$id" ]; then
    say "  its key"
    remove compute ssh-key delete "$id" || give_up key
  fi
  state_forget do/key
  rm -f "$STATE/do/ssh-key" "$STATE/do/ssh-key.pub" "$STATE/do/known-hosts"
}

delete_registry() {
  local name
  name=$(state_read do/registry)
  [ -n "$name" ] || return 0
  say "  registry $name and its images"
  remove registries delete "$name" || give_up registry
  # What is deployed next is not to come from there.
  case $(state_read image) in "registry.digitalocean.com/$name/"*) state_forget image ;; esac
  state_forget do/registry
}

# Names of one kind of thing that the account has: rest WHAT COLUMNS words…, the columns being an
# id, a name and perhaps tags. A cluster's nodes are counted with it.
rest() {
  local what=$1 columns=$2 list
  shift 2
  if ! list=$(doctl "$@" --format "$columns" --no-header 2>"$SCRATCH/doctl"); then
    say "${what}s that cannot be listed ($(complaint))"
    return
  fi
  awk -v what="$what" -v leaving=" $(tr '\n' ' ' <<<"$LEAVING") " -v most=8 '
    NF == 0 || /(^|[ ,])k8s:/ { next }
    ++count <= most {
      print what " " ($2 ? $2 : $1) (index(leaving, " " $1 " ") ? " (being deleted)" : "")
    }
    END { if (count > most) print count - most " more " what "s" }' <<<"$list"
}

# What costs money is not to be found out by a bill.
show_rest() {
  local left
  left=$({
    rest cluster ID,Name kubernetes cluster list
    rest machine ID,Name,Tags compute droplet list
    rest 'load balancer' ID,Name compute load-balancer list
    rest volume ID,Name compute volume list
    rest registry Name registries list
  } | paste -sd '|' - | sed 's/|/, /g')
  if [ -n "$left" ]; then
    say "$ACCOUNT_NAME still has, and pays for: $left"
  else
    say "$ACCOUNT_NAME has no cluster, machine, load balancer, volume or registry left"
  fi
}

if [ -z "$(find "$STATE/do" -type f ! -name account 2>/dev/null)" ]; then
  say "nothing on DigitalOcean was made from here, or all of it is gone"
  show_rest
  exit
fi
say "deletes what was made on DigitalOcean in $ACCOUNT_NAME:"
delete_record
delete_cluster
delete_certificate
delete_vm
delete_registry
state_forget do/account
say "all that was made here is gone"
show_rest
