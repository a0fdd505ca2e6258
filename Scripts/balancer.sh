# shellcheck shell=bash
# shellcheck source=Scripts/lib.sh
# shellcheck source=Scripts/kube.sh
# DigitalOcean's load balancers of the Services that were deployed, by their ids: so that do-delete
# finds one even when its cluster does not answer any more. Sourced after kube.sh.

# Where the cloud's controller writes the id to a Service, as a jsonpath.
BALANCER_FIELD='.metadata.annotations.kubernetes\.digitalocean\.com/load-balancer-id'

# That of Service calc, or nothing.
balancer_id() { field service/calc "$BALANCER_FIELD"; }

# Only of a cluster that was made from here.
remember_balancer() {
  local id known
  id=$(balancer_id)
  known=$(state_read do/load-balancers)
  if [ -z "$id" ] || [ -z "$(state_read do/cluster)" ]; then return; fi
  if grep -qx "$id" <<<"$known"; then return; fi
  state_write do/load-balancers "${known:+$known
}$id"
}

# $1 left with its Service: the controller deletes it before Kubernetes lets the Service go.
forget_balancer() {
  local known
  if [ -z "$1" ]; then return; fi
  known=$(state_read do/load-balancers | grep -vx "$1" || true)
  if [ -n "$known" ]; then
    state_write do/load-balancers "$known"
  else
    state_forget do/load-balancers
  fi
}
