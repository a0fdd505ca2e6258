# shellcheck shell=bash
# shellcheck disable=SC2154 # The words and options of the call are set in kubectl.
# What the stand-in's API server lists, streams and logs, as a test wrote it. Sourced by kubectl.
#
#   KIND.list         what a list of pods, endpointslices or deployments answers
#   KIND.watch        what a watch of them says, line by line; a line `@wait PATTERN` waits for a
#                     call, `@call WORDS` is one that others wait for, `@end` ends this watch,
#                     `@forever` stays
#   deployment        the Deployment as JSON; GENERATION in it is the object's
#   calc.pods, nodes  lists as JSON
#   load.pods         the list of the load's pods; load.pods.2 is what the second look sees
#   logs/POD          what a pod has written; {-2} in it is the second 2 before the last restart
#   logs/POD.follow   there: a log that is followed has a line for each request, until a moment
#                     after the pod's deletion
#   raw               what the API server, or InfluxDB behind it, answers to a raw request
#   drain             there: a drain never ends
#   forwarding        how many seconds a forwarding lasts, while the pod behind it is replaced;
#                     without it, it ends at once
#
# RUN, wherever it stands, is the name of the load's run.

# A run's name is made anew each time; the calls have it.
run_name() {
  sed -n 's|^get pods -l calc-load/run=\([^ ]*\) .*|\1|p' "$STANDIN/calls" | tail -n 1
}

get_json() {
  local looks
  case ${words[1]}:$selector in
    pods:calc-load/run=*)
      looks=$(grep -c '^get pods -l calc-load/run=' "$STANDIN/calls")
      if [ ! -f "$STANDIN/load.pods.$looks" ]; then looks=; fi
      sed "s/RUN/$(run_name)/g" "$STANDIN/load.pods${looks:+.$looks}"
      ;;
    pods:*) cat "$STANDIN/calc.pods" ;;
    nodes:*) cat "$STANDIN/nodes" ;;
    deployment/calc:*)
      sed "s/GENERATION/$(value "$(one_object deployment calc)" .metadata.generation)/g" \
        "$STANDIN/deployment"
      ;;
    *) fail "error: the stand-in has no JSON for $call" ;;
  esac
}

answer_raw() {
  local kind=${raw%%\?*}
  kind=$STANDIN/${kind##*/}
  case $raw in
    */proxy/*) sed "s/RUN/$(run_name)/g" "$STANDIN/raw" ;;
    *watch=1*) watch "$kind.watch" ;;
    *) cat "$kind.list" ;;
  esac
}

# A watch goes on where the one before it ended.
watch() {
  local line number=0 seen=0
  if [ -f "$1.at" ]; then seen=$(cat "$1.at"); fi
  while IFS= read -r line; do
    number=$((number + 1))
    if [ "$number" -le "$seen" ]; then continue; fi
    printf '%s' "$number" >"$1.at"
    case $line in
      '@wait '*) until grep -qE -e "${line#@wait }" "$STANDIN/calls"; do sleep 0.05; done ;;
      '@call '*) printf '%s\n' "${line#@call }" >>"$STANDIN/calls" ;;
      @end) return ;;
      @forever) sleep 600 ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <"$1"
  sleep 600
}

# Keeps what was given in the file input, and answers with the stamps that a server puts on it.
apply_json() {
  local object='{"metadata":{"name":"x","uid":"u","creationTimestamp":"%s"}}'
  cat >>"$STANDIN/input"
  # shellcheck disable=SC2059 # The object is a format.
  printf "{\"kind\":\"List\",\"items\":[$object]}\n" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
}

logs() {
  local pod=${words[1]:-} changed second moments=()
  pod=${pod#pod/}
  if [ -z "$pod" ]; then return; fi
  case $call in
    *--follow*) if [ -f "$STANDIN/logs/$pod.follow" ]; then follow "$pod" && return; fi ;;
  esac
  if [ ! -f "$STANDIN/logs/$pod" ] && [ ! -f "$STANDIN/logs/$pod.follow" ]; then
    fail "Error from server (NotFound): pods \"$pod\" not found"
  fi
  changed=$(cat "$STANDIN/changed" 2>/dev/null || date +%s)
  for second in -3 -2 -1 0 1 2; do moments+=(-e "s/{$second}/$((changed + second))/g"); done
  sed -e "s/RUN/$(run_name)/g" "${moments[@]}" "$STANDIN/logs/$pod"
}

# A line for each request until a pod is deleted, and for a moment after; then the log ends.
follow() {
  local after=0
  while [ "$after" -lt 5 ]; do
    printf 'ts=%s level=info msg=sum id=x status=200 numbers=4 result=10\n' \
      "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)"
    sleep 0.02
    if grep -q "^delete pod/$1 " "$STANDIN/calls"; then after=$((after + 1)); fi
  done
}

drain() { if [ -f "$STANDIN/drain" ]; then sleep 600; fi; }

forward() {
  if [ ! -f "$STANDIN/forwarding" ]; then return; fi
  put "$STANDIN/objects/$namespace/pod.influxdb-0" .metadata.uid "$RANDOM"
  exec sleep "$(cat "$STANDIN/forwarding")"
}
