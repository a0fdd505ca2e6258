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

# What doctl said last, in one line.
complaint() { tail -n 1 "$SCRATCH/doctl"; }

# What a failure means. doctl quotes the API: `Error: GET https://…: 404 (request "…") The …`
is_absent() { grep -q ': 404 ' "$SCRATCH/doctl"; }
# A token has scopes: what it may not see is not absent.
is_forbidden() { grep -qE ': 40[13] ' "$SCRATCH/doctl"; }
# What the next try may not meet.
is_passing() {
  grep -qE ': (429|5[0-9]{2}) |time-?out|deadline exceeded|connection re|EOF|no such host' \
    "$SCRATCH/doctl"
}

# Ends with what doctl said, of the call in the arguments, and what to do about it.
fail_call() {
  local hint=
  case $(complaint) in
    *': 401 '*) hint="; the token is not valid any more: doctl auth init takes another" ;;
    *': 403 '*) hint="; the token has no scope for it: doctl auth init takes another" ;;
  esac
  fail "DigitalOcean: $(complaint) (doctl ${*:1:3})$hint"
}

# Sets ACCOUNT to what owns all that is made: the team, or the user where there is none. A
# remembered id says nothing in any other account.
use_doctl() {
  local user team email name made_by
  need doctl "https://docs.digitalocean.com/reference/doctl/how-to/install"
  if ! doctl account get --format UUID,TeamUUID,Email,Team --no-header >"$SCRATCH/account" \
    2>"$SCRATCH/doctl"; then
    if is_forbidden || is_passing; then fail_call account get; fi
    fail "doctl has no account: doctl auth init asks for a token of it"
  fi
  read -r user team email name <"$SCRATCH/account"
  case $team in
    '' | '<nil>')
      ACCOUNT=$user
      ACCOUNT_NAME="the account of $email"
      ;;
    *)
      ACCOUNT=$team
      ACCOUNT_NAME="team $name"
      ;;
  esac
  made_by=$(state_read do/account)
  if [ -n "$made_by" ] && [ "${made_by%% *}" != "$ACCOUNT" ]; then
    fail "what was made here belongs to ${made_by#* }, and doctl uses $ACCOUNT_NAME: doctl auth" \
      "switch --context NAME goes back; then the same command"
  fi
}

# The files of what was made from here, by id or name.
made_here() {
  find "$STATE/do" -type f ! -name account ! -name 'ssh-key*' ! -name known-hosts \
    ! -name certificate-in-use 2>/dev/null || true
}

# Remembers what was made, and in which account. Ids from before an account was remembered may be of
# another one: they are not given this one.
remember() {
  if [ -z "$(made_here)" ]; then state_write do/account "$ACCOUNT $ACCOUNT_NAME"; fi
  state_write "do/$1" "$2"
}

# Ends unless it is known in which account the remembered $1 was made: only there does it mean that
# it is gone when it is not found.
know_account() {
  [ -n "$(state_read do/account)" ] && return
  fail "$ACCOUNT_NAME does not have the remembered $1, and no account is remembered with it: if" \
    "this one made it, rm $STATE/do/$1 and the same command again"
}

# What doctl says, or its complaint in one line.
do_api() {
  doctl "$@" 2>"$SCRATCH/doctl" || fail_call "$@"
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

# Whether a thing that is remembered is still there: is_there KIND words… A 404 counts only in the
# account that made it.
is_there() {
  local kind=$1
  shift
  doctl "$@" --format ID --no-header >/dev/null 2>"$SCRATCH/doctl" && return
  is_absent || fail_call "$@"
  know_account "$kind"
  return 1
}

# Looks at a column of a thing: poll COLUMN words… Sets BECAME. A look that fails for a moment is
# none.
poll() {
  local column=$1
  shift
  BECAME=$(doctl "$@" --format "$column" --no-header 2>"$SCRATCH/doctl") && return
  is_passing || fail_call "$@"
  BECAME="unknown ($(complaint))"
  return 1
}

# Whether a thing has become what is waited for: has_become WANTED COLUMN words… What HOPELESS names
# never becomes anything else, and ends the waiting.
has_become() {
  local wanted=$1
  shift
  poll "$@" || return 1
  case " $HOPELESS " in *" $BECAME "*) return 0 ;; esac
  [ "$BECAME" = "$wanted" ]
}
