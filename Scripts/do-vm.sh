#!/usr/bin/env bash
# A machine that loads the service from outside the cluster: $1 is create, load-test or build-image.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=Scripts/kube.sh
. "$(dirname "$0")/kube.sh"
# shellcheck source=Scripts/do-lib.sh
. "$(dirname "$0")/do-lib.sh"
# shellcheck source=Scripts/balancer.sh
. "$(dirname "$0")/balancer.sh"

# That of the load from inside the cluster: two versions in one table would be two tools.
K6_VERSION=$(sed -n 's|^ *image: grafana/k6:||p' "$ROOT/k8s/load-test/job.yaml")
key=$STATE/do/ssh-key
ssh_options=(
  -i "$key" -o BatchMode=yes -o ConnectTimeout=10
  -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile="$STATE/do/known-hosts"
)

# shellcheck disable=SC2029 # What is expanded here is meant to be.
on_vm() { ssh "${ssh_options[@]}" "root@$ADDRESS" "$@"; }

# A key of its own: other keys are not touched.
use_key() {
  local id
  if [ ! -f "$key" ]; then
    mkdir -p "$STATE/do"
    ssh-keygen -q -t ed25519 -N '' -C "$VM" -f "$key"
  fi
  id=$(state_read do/key)
  if [ -n "$id" ] && is_there key compute ssh-key get "$id"; then return; fi
  id=$(do_list ID compute ssh-key import "$VM" --public-key-file "$key.pub")
  remember key "$id"
}

# Sets ADDRESS to that of the machine that is remembered.
use_machine() {
  local id
  id=$(state_read do/vm)
  [ -n "$id" ] || fail "there is no machine for it: make do-create-load-test-vm comes first"
  use_doctl
  is_there vm compute droplet get "$id" || fail "machine $VM was deleted meanwhile: make" \
    "do-create-load-test-vm makes it again"
  has_address || fail "machine $VM has no address: make do-create-load-test-vm brings it up"
}

# Sets ADDRESS once the machine has one.
has_address() {
  poll PublicIPv4 compute droplet get "$(state_read do/vm)" || return 1
  ADDRESS=$BECAME
  [ -n "$ADDRESS" ]
}

is_reachable() { on_vm true 2>"$SCRATCH/ssh"; }

# A new machine runs its own package manager for a while: apt waits for it, and what fails is tried
# again.
install_k6() {
  on_vm "VERSION=$K6_VERSION bash -s" >"$SCRATCH/install" 2>&1 <<'REMOTE'
set -euo pipefail
if command -v k6 >/dev/null; then case $(k6 version) in *" v$VERSION "*) exit ;; esac; fi
export DEBIAN_FRONTEND=noninteractive
apt="apt-get -qq -o DPkg::Lock::Timeout=120"
$apt update
$apt install -y ca-certificates curl
name=k6-v$VERSION-linux-$(dpkg --print-architecture)
curl -fsSL "https://github.com/grafana/k6/releases/download/v$VERSION/$name.tar.gz" \
  | tar -xz -C /usr/local/bin --strip-components=1 "$name/k6"
k6 version
# A connection for each request needs many ports.
echo "net.ipv4.ip_local_port_range = 1024 65535" >/etc/sysctl.d/90-load-test.conf
sysctl -q --system
REMOTE
}

create() {
  local id
  need ssh "your system's package of OpenSSH's client"
  use_doctl
  id=$(state_read do/vm)
  if [ -n "$id" ] && is_there vm compute droplet get "$id"; then
    say "machine $VM was made before: looks whether it is ready"
  else
    if [ -n "$id" ]; then say "machine $VM was deleted meanwhile"; fi
    # An address may come back with another machine's key.
    rm -f "$STATE/do/known-hosts"
    say "makes machine $VM (${size:-s-4vcpu-8gb}) in $REGION with a key of its own; it costs" \
      "money until make do-delete"
    use_key
    id=$(do_list ID compute droplet create "$VM" --region "$REGION" \
      --size "${size:-s-4vcpu-8gb}" --image ubuntu-24-04-x64 --ssh-keys "$(state_read do/key)")
    remember vm "$id"
  fi
  within "$CLOUD_TIMEOUT" has_address || fail "machine $VM has no address after $CLOUD_TIMEOUT s:" \
    "run the same command again to wait on"
  within "$CLOUD_TIMEOUT" is_reachable || fail "machine $VM does not answer at $ADDRESS:" \
    "$(tail -n 1 "$SCRATCH/ssh")"
  say "installs k6 $K6_VERSION on it, the version of k8s-load-test"
  within "${INSTALL_TIMEOUT:-300}" install_k6 || fail "k6 could not be installed:" \
    "$(tail -n 1 "$SCRATCH/install"); the same command tries again"
  say "it is ready; next: make do-load-test"
}

# The image, built by that machine's Docker as by this one's, and brought here. A compiler under
# emulation may crash.
build_image() {
  local socket=$SCRATCH/docker.sock built
  # The image comes to this machine's engine in the end.
  need_engine
  need_readable_root
  need ssh "your system's package of OpenSSH's client"
  use_machine
  say "installs Docker on machine $VM"
  within "${INSTALL_TIMEOUT:-300}" install_docker || fail "Docker could not be installed:" \
    "$(tail -n 1 "$SCRATCH/install"); the same command tries again"
  ssh "${ssh_options[@]}" -N -L "$socket:/var/run/docker.sock" "root@$ADDRESS" &
  TUNNEL=$!
  trap 'kill "$TUNNEL" 2>/dev/null || true; rm -rf "$SCRATCH"' EXIT
  within 20 env DOCKER_HOST="unix://$socket" docker info >/dev/null 2>&1 \
    || fail "Docker on machine $VM does not answer: the same command tries again"
  DOCKER_HOST="unix://$socket" platform=linux/amd64 "$ROOT/Scripts/docker.sh" build
  built=$(state_read image)
  say "brings image $built here"
  DOCKER_HOST="unix://$socket" docker save "$built" >"$SCRATCH/image.tar" \
    || fail "image $built was built on machine $VM and does not come here: the same command again"
  docker load <"$SCRATCH/image.tar" || fail "image $built cannot be loaded here: start Docker" \
    "and run the same command again"
}

install_docker() {
  on_vm 'command -v docker || apt-get -qq -o DPkg::Lock::Timeout=120 install -y docker.io' \
    >"$SCRATCH/install" 2>&1
}

# Sets TARGET: url=, which needs no cluster, or the remembered address of the cluster in use. From
# outside, an address of this machine or of a private network leads elsewhere.
use_target() {
  local other of
  use_url
  TARGET=$URL
  if [ -z "$TARGET" ]; then
    use_cluster
    TARGET=$(remembered_url)
    if [ -z "$TARGET" ]; then
      other=$(state_read calc-url)
      [ -n "$other" ] || fail "no address is remembered: $(in_namespace make k8s-deploy v=4)" \
        "finds one, make set-calc-url url=… sets one"
      of=$(state_read calc-url-for)
      fail "the remembered address $other is of ${of% by hand}, and kubectl uses" \
        "$CONTEXT/$NAMESPACE: $(in_namespace make k8s-deploy v=4) finds its own, url=$other" \
        "loads this one"
    fi
  fi
  case ${TARGET#*://} in
    localhost* | 127.* | '['* | 10.* | 192.168.* | 172.1[6-9].* | 172.2[0-9].* | 172.3[01].*)
      fail "machine $VM cannot reach $TARGET from outside: make k8s-load-test loads from inside" \
        "the cluster, url=… names another address"
      ;;
  esac
}

# Sets K6 to the version that the machine has: it may be older than the load in the cluster.
use_k6() {
  local answer
  answer=$(on_vm k6 version 2>&1) || true
  K6=$(tr -d '\r' <<<"$answer" | sed -n 's/^k6 v\([^ ]*\).*/\1/p')
  [ -n "$K6" ] || fail "k6 does not run on machine $VM ($(tail -n 1 <<<"$answer")): make" \
    "do-create-load-test-vm installs it"
  if [ "$K6" != "$K6_VERSION" ]; then
    say "machine $VM has k6 $K6, and k8s-load-test $K6_VERSION: make do-create-load-test-vm" \
      "installs the same"
  fi
}

# The new TLS connections that a node of DigitalOcean's balancer takes in a second; it closes the
# rest. And the most that a user makes: a request takes 100 ms. With its way they are some 9.5.
NODE_HANDSHAKES=250
USER_HANDSHAKES=10

# Sets NODES to those of the balancer, and IS_KNOWN where that is no guess: only of the cluster's
# own address is it known which balancer it belongs to.
use_nodes() {
  local balancer=''
  NODES=
  if [ -z "$URL" ]; then balancer=$(balancer_id); fi
  if [ -n "$balancer" ]; then
    NODES=$(do_list SizeUnit compute load-balancer get "$balancer") || exit
    NODES=$(tr -dc 0-9 <<<"$NODES")
  fi
  IS_KNOWN=1
  case $NODES in
    '' | 0)
      NODES=1
      IS_KNOWN=
      ;;
  esac
}

# Sets USERS, KEPT (1 or 0) and BEGINNERS, the users that begin in a second, or nothing for all at
# once. With TLS, connections are kept: a handshake for each request would measure the balancer, in
# step 5 as well. With REUSE=0 there are no more users than it takes.
use_load() {
  local most limit
  USERS=${vus:-500}
  KEPT=${REUSE:-0}
  BEGINNERS=
  case $TARGET in http://*) return ;; esac
  KEPT=${REUSE:-1}
  use_nodes
  limit="the balancer has $NODES node(s), each for $NODE_HANDSHAKES TLS handshakes a second"
  if [ -z "$IS_KNOWN" ]; then
    limit="what balancer $TARGET has is not known, and one node takes $NODE_HANDSHAKES TLS"
    limit="$limit handshakes a second"
  fi
  if [ "$KEPT" != 0 ]; then
    if [ -z "${REUSE:-}" ]; then
      say "users keep their connections: $USERS with a TLS handshake for each request would need" \
        "some $((USERS * 95 / 10)) a second, a node of the balancer takes $NODE_HANDSHAKES;" \
        "REUSE=0 makes them with fewer users"
    fi
    # A fifth less: in a second by the balancer's clock there may be more.
    most=$((NODES * NODE_HANDSHAKES * 4 / 5))
    if [ "$USERS" -gt "$most" ]; then
      BEGINNERS=$most
      say "$BEGINNERS users begin in each of the first $(((USERS + most - 1) / most)) seconds:" \
        "$limit"
    fi
    return
  fi
  most=$((NODES * NODE_HANDSHAKES / USER_HANDSHAKES))
  if [ "$USERS" -le "$most" ]; then return; fi
  if [ -n "$IS_KNOWN" ]; then
    limit="$limit; $(in_namespace make do-lb-https nodes=$((NODES + 1))) adds one"
  fi
  say "$most users instead of $USERS: $limit"
  USERS=$most
}

# k6's lines as they come; its result, which is for machines, is told in other words.
show_progress() {
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    printf '%s\n' "$line" >>"$SCRATCH/output"
    case $line in *'{"run":'*) ;; *) printf '%s\n' "$line" ;; esac
  done
}

# url=, vus=, duration= and REUSE=, as k8s-load-test has them.
load_test() {
  local settings status=0 result told=
  need ssh "your system's package of OpenSSH's client"
  if [ -n "${vus:-}" ]; then use_count vus "$vus" "how many users"; fi
  case ${duration:-} in *[!0-9smh]*) refuse "duration=$duration is no time, as 90s and 2m" \
    "are" ;; esac
  case ${REUSE:-} in '' | 0 | 1) ;; *) refuse "REUSE=$REUSE is neither 1 nor 0" ;; esac
  use_target
  use_machine
  is_reachable || fail "machine $VM does not answer at $ADDRESS: $(tail -n 1 "$SCRATCH/ssh")"
  use_k6
  use_load
  settings="-e VUS=$USERS -e DURATION=${duration:-2m} -e REUSE=$KEPT -e DOOR=outside"
  if [ -n "$BEGINNERS" ]; then settings="$settings -e BEGINNERS=$BEGINNERS"; fi
  say "loads $TARGET from machine $VM for ${duration:-2m} with $USERS users; Ctrl-C ends it" \
    "earlier, with what was counted so far"
  scp -q "${ssh_options[@]}" "$ROOT/k6/load-test.js" "root@$ADDRESS:load-test.js"
  # The terminal there makes Ctrl-C arrive at k6, which ends with its result and status 105. Each
  # failed request is a line of the log that stays on the machine.
  : >"$SCRATCH/output"
  ssh -tt "${ssh_options[@]}" "root@$ADDRESS" \
    "ulimit -n 65535; k6 run --no-thresholds --no-usage-report --log-output=file=load-test.log -e" \
    "'CALC_URL=$TARGET' $settings load-test.js" \
    | show_progress || status=$?
  result=$(tr -d '\r' <"$SCRATCH/output" | grep -o '{"run":.*}' | tail -n 1) || true
  case $status in
    0) ;;
    105) told="ended by Ctrl-C, so far " ;;
    255) fail "the connection to machine $VM is gone, and with it the result: the same command" \
      "again, or ssh -i $key root@$ADDRESS" ;;
    *) fail "k6 ended with status $status: $(tail -n 1 "$SCRATCH/output" | tr -d '\r')" ;;
  esac
  [ -n "$result" ] || fail "k6 said no result: ssh -i $key root@$ADDRESS cat load-test.log shows" \
    "why"
  say "k6 $K6, ${told}$(
    sed -n 's/.*"\(sent":[0-9]*,"failed":[0-9]*\),"outcomes":{\([^}]*\)}.*/\1:,\2/p' <<<"$result" \
      | sed 's/"//g; s/:\([0-9]\)/ \1/g; s/:,/: /; s/,/, /g'
  )"
  # A node's table of connections (131,072 entries or more) keeps each for 120 s after its end.
  case $KEPT:$result in
    0:*'"timeout":0'* | 1:*) ;;
    0:*'"timeout":'*) say "a timeout in a quiet phase may be a node's full table of connections:" \
      "fewer vus=, or REUSE=1, tells" ;;
  esac
}

case ${1:-} in
  create) create ;;
  load-test) load_test ;;
  build-image) build_image ;;
  *) refuse "do-vm.sh does create, load-test or build-image" ;;
esac
