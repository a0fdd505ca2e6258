# shellcheck shell=bash
# shellcheck disable=SC2034 # What is set here is read by the scripts.
# An InfluxDB server (1.x) of one's own on loopback, for tests and for the talk. Sourced by bash
# scripts after lib.sh.

# Debian installs the server where not every PATH leads.
find_influxd() {
  local path
  for path in "$(command -v influxd || true)" /usr/bin/influxd /usr/sbin/influxd; do
    if [ -n "$path" ] && [ -x "$path" ]; then
      INFLUXD=$path
      return
    fi
  done
  return 1
}

# The configuration for a server on port $1 (and $2 for its backups) with its data in folder $3; $4
# is the address it listens on.
influxd_configuration() {
  cat <<CONF
reporting-disabled = true
bind-address = "127.0.0.1:$2"
[meta]
  dir = "$3/meta"
[data]
  dir = "$3/data"
  wal-dir = "$3/wal"
[http]
  bind-address = "$4:$1"
  log-enabled = false
[monitor]
  store-enabled = false
CONF
}

answers_ping() { curl --silent --fail --max-time 2 --output /dev/null "http://127.0.0.1:$1/ping"; }
