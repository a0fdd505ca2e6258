#!/usr/bin/env bash
# A machine that loads the service from outside the cluster: $1 is create or load-test.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=Scripts/do-lib.sh
. "$(dirname "$0")/do-lib.sh"

key=$STATE/do/ssh-key
ssh_options=(
  -i "$key" -o BatchMode=yes -o ConnectTimeout=10
  -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile="$STATE/do/known-hosts"
)

# shellcheck disable=SC2029 # What is expanded here is meant to be.
on_vm() { ssh "${ssh_options[@]}" "root@$ADDRESS" "$@"; }

# A key of its own: nobody's other keys are touched.
use_key() {
  local id
  if [ ! -f "$key" ]; then
    mkdir -p "$STATE/do"
    ssh-keygen -q -t ed25519 -N '' -C "$VM" -f "$key"
  fi
  if [ -n "$(state_read do/key)" ]; then return; fi
  id=$(do_list ID compute ssh-key import "$VM" --public-key-file "$key.pub")
  state_write do/key "$id"
}

# Sets ADDRESS once the machine has one.
has_address() {
  ADDRESS=$(do_list PublicIPv4 compute droplet get "$(state_read do/vm)") || exit
  [ -n "$ADDRESS" ]
}

is_reachable() { on_vm true 2>"$SCRATCH/ssh"; }

# A new machine runs its own package manager for a while: apt waits for it, and what fails is tried
# again.
install_k6() {
  on_vm 'bash -s' >"$SCRATCH/install" 2>&1 <<'REMOTE'
set -euo pipefail
command -v k6 >/dev/null && exit
export DEBIAN_FRONTEND=noninteractive
apt="apt-get -qq -o DPkg::Lock::Timeout=120"
$apt update
$apt install -y ca-certificates curl gnupg
keyring=/usr/share/keyrings/k6-archive-keyring.gpg
curl -fsSL https://dl.k6.io/key.gpg | gpg --batch --yes --dearmor -o $keyring
echo "deb [signed-by=$keyring] https://dl.k6.io/deb stable main" >/etc/apt/sources.list.d/k6.list
$apt update
$apt install -y k6
# A connection for each request needs many ports.
echo "net.ipv4.ip_local_port_range = 1024 65535" >/etc/sysctl.d/90-load-test.conf
sysctl -q --system
REMOTE
}

create() {
  local id
  need ssh "your system's package of OpenSSH's client"
  use_doctl
  if [ -n "$(state_read do/vm)" ]; then
    say "machine $VM was made before: looks whether it is ready"
  else
    say "makes machine $VM (${size:-s-4vcpu-8gb}) in $REGION with a key of its own; it costs" \
      "money until make do-delete"
    use_key
    id=$(do_list ID compute droplet create "$VM" --region "$REGION" \
      --size "${size:-s-4vcpu-8gb}" --image ubuntu-24-04-x64 --ssh-keys "$(state_read do/key)")
    state_write do/vm "$id"
  fi
  within "$CLOUD_TIMEOUT" has_address || fail "machine $VM has no address after $CLOUD_TIMEOUT s:" \
    "run the same command again to wait on"
  within "$CLOUD_TIMEOUT" is_reachable || fail "machine $VM does not answer at $ADDRESS:" \
    "$(tail -n 1 "$SCRATCH/ssh")"
  say "installs k6 on it"
  within "${INSTALL_TIMEOUT:-300}" install_k6 || fail "k6 could not be installed:" \
    "$(tail -n 1 "$SCRATCH/install"); the same command tries again"
  say "it is ready; next: make do-load-test"
}

# vus=, duration= and REUSE=1, as k8s-load-test has them.
load_test() {
  local target settings result
  need ssh "your system's package of OpenSSH's client"
  target=$(state_read calc-url)
  [ -n "$target" ] || fail "no address is remembered: make k8s-deploy v=4 finds one, make" \
    "set-calc-url url=… sets one"
  [ -n "$(state_read do/vm)" ] || fail "there is no machine for it: make do-create-load-test-vm" \
    "comes first"
  if [ -n "${vus:-}" ]; then use_count vus "$vus" "how many users"; fi
  case ${duration:-} in *[!0-9smh]*) refuse "duration=$duration is no time, as 90s and 2m" \
    "are" ;; esac
  use_doctl
  has_address || fail "machine $VM has no address: make do-create-load-test-vm brings it up"
  is_reachable || fail "machine $VM does not answer at $ADDRESS: $(tail -n 1 "$SCRATCH/ssh")"
  settings="-e VUS=${vus:-500} -e DURATION=${duration:-2m} -e REUSE=${REUSE:-0} -e DOOR=outside"
  say "loads $target from machine $VM for ${duration:-2m} with ${vus:-500} users; Ctrl-C ends it" \
    "earlier, with what was counted so far"
  scp -q "${ssh_options[@]}" "$ROOT/k6/load-test.js" "root@$ADDRESS:load-test.js"
  # The terminal there makes Ctrl-C arrive at k6. Each failed request is a line of the log that
  # stays on the machine.
  ssh -tt "${ssh_options[@]}" "root@$ADDRESS" \
    "ulimit -n 65535; k6 run --no-thresholds --no-usage-report --log-output=file=load-test.log -e" \
    "'CALC_URL=$target' $settings load-test.js" \
    | tee "$SCRATCH/output"
  result=$(tr -d '\r' <"$SCRATCH/output" | grep -o '{"run":.*}' | tail -n 1) \
    || fail "k6 said no result: ssh -i $key root@$ADDRESS cat load-test.log shows why"
  say "$result" \
    | sed -n 's/.*"\(sent":[0-9]*,"failed":[0-9]*\),"outcomes":{\([^}]*\)}.*/\1:,\2/p' \
    | sed 's/"//g; s/:\([0-9]\)/ \1/g; s/:,/: /; s/,/, /g'
}

case ${1:-} in
  create) create ;;
  load-test) load_test ;;
  *) refuse "do-vm.sh does create or load-test" ;;
esac
