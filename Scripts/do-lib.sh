# shellcheck shell=bash
# shellcheck disable=SC2034 # What is set here is read by the scripts.
# shellcheck source=Scripts/lib.sh
# DigitalOcean, as the scripts see it: doctl, and the ids of what was made, in the state folder's
# do/, so that do-delete finds all of it and nothing else. Sourced after lib.sh.

REGION=fra1
CLUSTER=calc
VM=calc-load-test
# Seconds that the cloud may take to make a cluster, a certificate or a machine.
CLOUD_TIMEOUT=${CLOUD_TIMEOUT:-1200}

use_doctl() {
  need doctl "https://docs.digitalocean.com/reference/doctl/how-to/install"
  doctl account get >/dev/null 2>&1 || fail "doctl has no account: doctl auth init asks for a" \
    "token of it"
}

# What doctl says, or its complaint in one line.
do_api() {
  doctl "$@" 2>"$SCRATCH/doctl" || fail "DigitalOcean: $(tail -n 1 "$SCRATCH/doctl") (doctl $1 $2" \
    "$3)"
}

# The columns of a list, without its header: do_list COLUMNS words…
do_list() {
  local columns=$1
  shift
  do_api "$@" --format "$columns" --no-header
}

# The first column of the line of a list whose second is a name: id_of NAME words…
id_of() {
  local name=$1 list
  shift
  list=$(do_list ID,Name "$@") || exit
  awk -v name="$name" '$2 == name { print $1; exit }' <<<"$list"
}

# Whether a thing has become what is waited for: has_become WANTED COLUMN words…
has_become() {
  local wanted=$1 column=$2
  shift 2
  BECAME=$(do_list "$column" "$@") || exit
  [ "$BECAME" = "$wanted" ]
}
