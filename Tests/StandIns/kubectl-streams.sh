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
#   logs/POD          what a pod has written, to its end; {-2} in it is the second 2 before the last
#                     restart
#   logs/POD.live     what a pod writes while its log is followed: lines, in which NOW is that
#                     moment; `@until CALL` is a line for each request until there is such a call,
#                     `@sums N` are N such lines, `@call` and `@end` as in a watch, `@cut` breaks
#                     the connection
#   logs/POD.k6       what a k6 with one client meets: after its protocol, lines `OUTCOME CALL`, for
#                     a request that fails once there is such a call; `gap CALL` loses three lines
#                     of its log, `silent CALL` lets it write no more
#   lost, strange     ids that InfluxDB has not, or has besides those that were answered
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

# As InfluxDB answers a SELECT of ids: all that were answered but the lost ones, and the strange.
stored() {
  local pod run
  run=$(run_name)
  printf '{"results":[{"statement_id":0,"series":[{"columns":["time","id"],"values":['
  {
    for pod in "$STANDIN"/logs/*.written; do
      awk -v prefix="$run-$(basename "$pod" .written | sed 's/^load-//')-1-" '
        / failed id=/ { sub(/.* id=/, ""); sub(/ .*/, ""); failed[$0] = 1 }
        / seq=/ { sub(/.* last=/, ""); sub(/ .*/, ""); if ($0 + 1 > sent) sent = $0 + 1 }
        END { for (n = 0; n < sent; n++) if (!(prefix n in failed)) print prefix n }' "$pod"
    done | grep -vxF -f <(sed "s/RUN/$run/g" "$STANDIN/lost")
    sed "s/RUN/$run/g" "$STANDIN/strange"
  } | awk '{ printf "%s[%d,\"%s\"]", sep, NR, $0; sep = "," }'
  printf ']}]}]}\n'
}

answer_raw() {
  local kind=${raw%%\?*}
  kind=$STANDIN/${kind##*/}
  case $raw in
    */proxy/*)
      if [ -f "$STANDIN/lost" ]; then stored; else sed "s/RUN/$(run_name)/g" "$STANDIN/raw"; fi
      ;;
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

# Sleeps without starting a program.
nap() { read -rt "$1" -u "$pause" || true; }

# Whether there was a call that begins so.
was_called() {
  local calls
  IFS= read -r -d '' calls <"$STANDIN/calls" || true
  [[ $'\n'$calls == *$'\n'"$1"* ]]
}

# RFC 3339, with microseconds.
moment() { TZ=UTC printf '%(%Y-%m-%dT%H:%M:%S)T.%sZ' "${EPOCHREALTIME%.*}" "${EPOCHREALTIME#*.}"; }

# A line of a log, with its stamp if that is asked for.
put_line() {
  case $call in
    *--timestamps*) printf '%s %s\n' "$(moment)" "$1" ;;
    *) printf '%s\n' "$1" ;;
  esac
}

logs() {
  local pod=${words[1]:-} changed second moments=() line pause
  pod=${pod#pod/}
  if [ -z "$pod" ]; then return; fi
  exec {pause}<> <(:)
  case $call in
    *--follow*)
      if [ -f "$STANDIN/logs/$pod.k6" ]; then k6 "$pod" && return; fi
      if [ -f "$STANDIN/logs/$pod.live" ]; then live "$pod" && return; fi
      ;;
    *)
      if [ -f "$STANDIN/logs/$pod.written" ]; then
        cat "$STANDIN/logs/$pod.written"
        return
      fi
      ;;
  esac
  if [ ! -f "$STANDIN/logs/$pod" ]; then
    fail "Error from server (NotFound): pods \"$pod\" not found"
  fi
  changed=$(cat "$STANDIN/changed" 2>/dev/null || date +%s)
  for second in -3 -2 -1 0 1 2; do moments+=(-e "s/{$second}/$((changed + second))/g"); done
  while IFS= read -r line; do put_line "$line"; done \
    < <(sed -e "s/RUN/$(run_name)/g" "${moments[@]}" "$STANDIN/logs/$pod")
  case $call in *--follow*) nap 0.5 ;; esac
}

sum_line() {
  local now
  now=$(moment)
  put_line "ts=$now level=info msg=sum id=$1-${now//[^0-9]/} status=200 numbers=4 result=10"
}

# A pod's log goes on where the stream before it ended.
live() {
  local line number=0 seen=0 at=$STANDIN/logs/$1.at count now
  if [ -f "$at" ]; then seen=$(cat "$at"); fi
  while IFS= read -r line; do
    number=$((number + 1))
    if [ "$number" -le "$seen" ]; then continue; fi
    printf '%s' "$number" >"$at"
    case $line in
      '@until '*)
        until was_called "${line#@until }"; do
          sum_line "$1"
          nap 0.05
        done
        ;;
      '@sums '*)
        for ((count = ${line#@sums }; count > 0; count--)); do
          sum_line "$1"
          nap 0.02
        done
        ;;
      '@call '*) printf '%s\n' "${line#@call }" >>"$STANDIN/calls" ;;
      @cut) fail "error: unexpected EOF" ;;
      @end) break ;;
      *)
        now=$(moment)
        line=${line//NOW/$now}
        put_line "${line//RUN/$(run_name)}"
        ;;
    esac
  done <"$STANDIN/logs/$1.live"
  nap 0.5
}

# k6 with one client, which is answered eight times a second and says so at once.
k6() {
  local meets=() protocol event run name=${1#load-} seq=0 last=-1 failed=0 lose=0 ms at line
  local written=$STANDIN/logs/$1.written steps
  { read -r protocol && mapfile -t meets; } <"$STANDIN/logs/$1.k6" || true
  run=$(run_name)
  : >"$written"
  until was_called 'delete jobs'; do
    ms=${EPOCHREALTIME/./}
    ms=${ms%???}
    at=$((ms / 1000))
    for event in "${!meets[@]}"; do
      if ! was_called "${meets[event]#* }"; then continue; fi
      case ${meets[event]%% *} in
        silent)
          nap 600
          return
          ;;
        gap) lose=3 ;;
        *)
          last=$((last + 1)) failed=$((failed + 1))
          line="calc-load failed id=$run-$name-1-$last outcome=${meets[event]%% *}"
          line+=" door=x kind=x at=$ms ms=5 why=test"
          printf '%s\n' "$line" >>"$written"
          put_line "$line"
          ;;
      esac
      unset "meets[event]"
    done
    last=$((last + 2))
    steps=2
    for ((ms = ms % 1000 / 200; ms > 0; ms--)); do steps=0,$steps; done
    line="calc-load user=1 seq=$seq at=$at ok=2 failed=$failed last=$last protocol=$protocol"
    line+=" steps=$steps ms=101*2"
    seq=$((seq + 1))
    if [ "$lose" -gt 0 ]; then
      lose=$((lose - 1))
    else
      printf '%s\n' "$line" >>"$written"
      put_line "$line"
    fi
    nap 0.25
  done
}

drain() { if [ -f "$STANDIN/drain" ]; then sleep 600; fi; }

forward() {
  if [ ! -f "$STANDIN/forwarding" ]; then return; fi
  put "$STANDIN/objects/$namespace/pod.influxdb-0" .metadata.uid "$RANDOM"
  exec sleep "$(cat "$STANDIN/forwarding")"
}
