# shellcheck shell=bash
# shellcheck disable=SC2154 # The words and options of the call are set in kubectl.
# The objects of the stand-in's cluster, one a file, and what changes them. Sourced by kubectl.
#
#   objects/NS/KIND.NAME  lines of a jsonpath, a tab and a value; NS is - for cluster-wide objects
#   pace                  how many pods of a rollout become available from one look at it to the
#                         next; 0 never ends it
#   linger                how many looks see a deleted object before it is gone; * for all
#   address               what the cloud gives to a Service of type LoadBalancer at the first look
#
# Templates are evaluated as kubectl does it: text, {"text"}, {.a.path}, {range .items[*]} … {end}.

# The kind that a word means: kubectl takes capitals and plurals.
kind_of() {
  local kind
  kind=$(tr '[:upper:]' '[:lower:]' <<<"${1%%.*}")
  case $kind in storageclass*) echo storageclass ;; *) echo "${kind%s}" ;; esac
}

home_of() {
  case $1 in
    node | namespace | persistentvolume | storageclass) echo - ;;
    *) echo "$namespace" ;;
  esac
}

# The value at a path. Through the environment: awk reads escapes in what -v gives it.
value() {
  path=$2 awk -F'\t' '$1 == ENVIRON["path"] { sub(/^[^\t]*\t/, ""); print; exit }' "$1"
}

# put OBJECT PATH VALUE [PATH VALUE …]: an empty value takes the path away.
put() {
  local object=$1 paths='' lines=''
  shift
  while [ $# -gt 0 ]; do
    paths+=$1$'\n'
    if [ -n "$2" ]; then lines+=$1$'\t'$2$'\n'; fi
    shift 2
  done
  mkdir -p "${object%/*}"
  if [ -f "$object" ]; then
    paths=$paths awk -F'\t' '
      BEGIN { n = split(ENVIRON["paths"], list, "\n"); for (i = 1; i < n; i++) is_new[list[i]] = 1 }
      !($1 in is_new)' "$object" >"$object.new"
  fi
  printf '%s' "$lines" >>"$object.new"
  mv -f "$object.new" "$object"
}

# Whether an object has all of the labels a=b,c=d.
has_labels() {
  local pair key
  for pair in ${2//,/ }; do
    # shellcheck disable=SC2001 # Shells do not agree on backslashes in a replacement.
    key=$(sed 's/\./\\./g' <<<"${pair%%=*}")
    [ "$(value "$1" ".metadata.labels.$key")" = "${pair#*=}" ] || return 1
  done
}

# Whether an event is about the object that a field selector names.
is_about() {
  local name
  case $2 in *involvedObject.name=*) ;; *) return 0 ;; esac
  name=${2#*involvedObject.name=}
  [ "$(value "$1" .involvedObject.name)" = "${name%%,*}" ]
}

# The files of the objects that are meant, one a line: kinds, with a name or a selector.
objects() {
  local kinds=${1%%/*} name=${2:-} kind home object
  case $1 in */*) name=${1#*/} ;; esac
  for kind in ${kinds//,/ }; do
    kind=$(kind_of "$kind")
    home=$(home_of "$kind")
    if [ -n "$is_everywhere" ]; then home='*'; fi
    # shellcheck disable=SC2231 # The stars are meant.
    for object in "$STANDIN"/objects/$home/"$kind".${name:-*}; do
      case $object in *.new) continue ;; esac
      if [ ! -f "$object" ]; then continue; fi
      if [ -n "$selector" ] && ! has_labels "$object" "$selector"; then continue; fi
      if is_about "$object" "$field_selector"; then printf '%s\n' "$object"; fi
    done
  done
}

one_object() {
  objects "$@" | grep . || fail "Error from server (NotFound): $* not found"
}

# Time goes on for an object each time it is looked at.
look() {
  if [ -n "$(value "$1" .metadata.deletionTimestamp)" ]; then
    look_at_deleted "$1" "$(value "$1" .standin.linger)"
    return
  fi
  case ${1##*/}:$output in
    deployment.*updatedReplicas* | statefulset.*updatedReplicas*) look_at_rollout "$1" ;;
    service.*loadBalancer*)
      if [ -f "$STANDIN/address" ]; then
        put "$1" '.status.loadBalancer.ingress[0].ip' "$(cat "$STANDIN/address")"
      fi
      ;;
  esac
}

look_at_deleted() {
  case $2 in
    '*') ;;
    0) rm -f "$1" ;;
    *) put "$1" .standin.linger $(($2 - 1)) ;;
  esac
}

look_at_rollout() {
  local status='{.status.updatedReplicas}|{.status.observedGeneration}'
  local available observed wanted generation had
  status+='|{.spec.replicas}|{.metadata.generation}|{.standin.was}{"\n"}'
  IFS='|' read -r available observed wanted generation had < <(evaluate "$status" "$1")
  # The first look sees a controller that has only noticed.
  if [ "$observed" != "$generation" ]; then
    available=0
  else
    available=$((${available:-0} + $(cat "$STANDIN/pace" 2>/dev/null || echo 5)))
  fi
  if [ "$available" -gt "$wanted" ]; then available=$wanted; fi
  put "$1" .status.observedGeneration "$generation" .status.updatedReplicas "$available" \
    .status.replicas "$wanted"
  # While a rollout replaces pods, the old ones stay available.
  if [ "$available" -eq "$wanted" ] || [ -z "$had" ]; then
    put "$1" .status.availableReplicas "$available"
  fi
}

# Evaluates a template for one object.
evaluate() {
  awk -v template="$1" '
    { tab = index($0, "\t"); values[substr($0, 1, tab - 1)] = substr($0, tab + 1) }
    END {
      while ((open = index(template, "{")) > 0) {
        printf "%s", substr(template, 1, open - 1)
        template = substr(template, open + 1)
        end = index(template, substr(template, 1, 1) == "\"" ? "\"}" : "}")
        word = substr(template, 1, end - 1)
        if (sub(/^"/, "", word)) {
          gsub(/\\n/, "\n", word)
          printf "%s", word
          end++
        } else {
          printf "%s", values[word]
        }
        template = substr(template, end + 1)
      }
      printf "%s", template
    }' "$2"
}

# Reads files of objects, one a line, and prints them as -o says.
print_objects() {
  local template object name
  # awk reads escapes in what it is given: \n and \. are to reach it as they are.
  template=${output#jsonpath=}
  template=${template//\\/\\\\}
  while read -r object; do
    name=${object##*/}
    case $output in
      name) printf '%s/%s\n' "${name%%.*}" "${name#*.}" ;;
      'jsonpath={range .items[*]}'*)
        template=${template#'{range .items[*]}'}
        evaluate "${template%'{end}'}" "$object"
        ;;
      jsonpath=*) evaluate "${template//.items\[-1:\]/}" "$object" ;;
      *) printf '%s\n' "$name" ;;
    esac
  done
}

get() {
  local found object
  found=$(objects "${words[@]:1}")
  if [ -z "$found" ]; then
    if [ -n "$is_ignored" ]; then return; fi
    case ${words[*]:1} in
      */* | *' '*) fail "Error from server (NotFound): ${words[1]} not found" ;;
    esac
    return
  fi
  while read -r object; do look "$object"; done <<<"$found"
  # What the look has ended is gone.
  while read -r object; do
    if [ -f "$object" ]; then echo "$object"; fi
  done <<<"$found" | print_objects
}

# A new generation: the controllers begin to roll.
roll() {
  put "$1" .standin.was "$(value "$1" .status.availableReplicas)" \
    .metadata.generation $(($(value "$1" .metadata.generation) + 1))
}

change() {
  local object
  case ${words[*]} in
    "scale "*)
      object=$(one_object "${words[1]}")
      put "$object" .spec.replicas "$replicas"
      roll "$object"
      ;;
    "rollout restart "*)
      object=$(one_object "${words[2]}")
      roll "$object"
      date +%s >"$STANDIN/changed"
      ;;
    "rollout resume "*)
      object=$(one_object "${words[2]}")
      put "$object" .spec.paused ""
      ;;
  esac
}

# The first value of a field of the manifest $1, by a sed expression that takes it out of its line.
field() { sed -n "s|$2|\\1|p" "$1" | sed -n 1p; }

# The word after the line that has $2.
after() { awk -v mark="$2" 'found { print $NF; exit } index($0, mark) { found = 1 }' "$1"; }

# One document of a manifest becomes an object.
apply_document() {
  local kind name object group=
  kind=$(kind_of "$(field "$1" '^kind: *\(.*\)')")
  name=$(sed -n '/^metadata:/,/^[a-ln-z]/s/^  name: *//p' "$1" | sed -n 1p)
  object=$STANDIN/objects/$(home_of "$kind")/$kind.$name
  case $kind in deployment | statefulset) group=.apps ;; esac
  if [ "$kind" != namespace ] && [ "$namespace" != default ] \
    && [ ! -f "$STANDIN/objects/-/namespace.$namespace" ]; then
    fail "Error from server (NotFound): namespaces \"$namespace\" not found"
  fi
  if [ ! -f "$object" ]; then
    echo "$kind$group/$name created"
  elif [ "$(value "$object" .standin.sum)" = "$(cksum <"$1")" ]; then
    echo "$kind$group/$name unchanged"
    return
  else
    echo "$kind$group/$name configured"
  fi
  put "$object" .metadata.name "$name" .metadata.namespace "$namespace" \
    .standin.sum "$(cksum <"$1")" .spec.type "$(field "$1" '^  type: *\(.*\)')" \
    '.metadata.labels.app\.kubernetes\.io/part-of' \
    "$(field "$1" '^    app.kubernetes.io/part-of: *\(.*\)')"
  case $kind in
    deployment | statefulset)
      put "$object" .spec.replicas "$(field "$1" '^  replicas: *\(.*\)')" \
        '.spec.template.spec.containers[0].command[0]' "$(after "$1" command:)" \
        '.spec.template.spec.containers[0].args[0]' "$(after "$1" args:)" \
        '.spec.template.spec.containers[0].image' "$(field "$1" '^[ -]*image: *\(.*\)')" \
        '.spec.volumeClaimTemplates[0].metadata.name' \
        "$(sed -n '/volumeClaimTemplates:/,/name:/s/^ *name: *//p' "$1")"
      roll "$object"
      ;;
    namespace) put "$object" .status.phase Active ;;
    secret) put "$object" '.data.tls\.crt' "$(field "$1" '^  tls.crt: *\(.*\)')" ;;
    service) put_ports "$object" "$1" ;;
  esac
}

# The node ports of a Service; a port that asks for no number gets one.
put_ports() {
  local ports name port
  ports=$(awk '
    $1 == "-" && $2 == "name:" { name = $3; number = 31000 + ++count }
    /nodePort:/ { number = $2 }
    /targetPort:/ { print name, number }' "$2")
  while read -r name port; do
    put "$1" ".spec.ports[?(@.name==\"$name\")].nodePort" "$port"
  done <<<"$ports"
  put "$1" '.spec.ports[*].nodePort' "$(awk '{ printf sep $2; sep = " " }' <<<"$ports")"
}

apply() {
  local documents document
  documents=$(mktemp -d)
  awk -v folder="$documents" '
    BEGIN { n = 1 } /^---/ { n++; next } { print >(folder "/" sprintf("%03d", n)) }' "$file"
  for document in "$documents"/*; do
    if grep -q '^kind:' "$document"; then apply_document "$document"; fi
  done
  rm -rf "$documents"
}

remove() {
  local object name linger
  if [ -n "$file" ]; then return; fi
  linger=$(cat "$STANDIN/linger" 2>/dev/null || echo 0)
  while read -r object; do
    name=${object##*/}
    printf '%s "%s" deleted\n' "${name%%.*}" "${name#*.}"
    case $linger:$name in
      0:namespace.*) rm -rf "$object" "$STANDIN/objects/${name#namespace.}" ;;
      0:*) rm -f "$object" ;;
      *)
        put "$object" .metadata.deletionTimestamp 2026-01-01T00:00:00Z \
          .standin.linger "$linger" .status.phase Terminating
        ;;
    esac
  done < <(objects "${words[@]:1}")
}
