#!/usr/bin/env bash
# Writes what kubectl kustomize renders for one part of the talk, into the state folder, and prints
# that folder. $1 is a folder below k8s, with hyphens for slashes: v1 … v7, v6-graceful,
# v7-graceful, edge, influxdb … image= and tag= replace what was built last.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

part=${1:-}
source=$ROOT/k8s/${part//-graceful//graceful}
case $part in
  *[!a-z0-9-]* | '') refuse "overlay.sh takes one part of the talk, as v4, v6-graceful or edge" ;;
esac
if [ ! -d "$source" ]; then refuse "k8s has no part $part"; fi

# The name and the tag in use: those given, else those of the image that was built or pushed last.
use_image() {
  local last
  last=$(state_read image)
  IMAGE=${image:-${last%:*}}
  TAG=${tag:-${last##*:}}
  if [ -z "$IMAGE" ] || [ -z "$TAG" ]; then
    fail "no image was built yet: make docker-build builds one, image=… tag=… names one that a" \
      "registry has"
  fi
  case $TAG in
    latest) refuse "tag=latest is no version: a deploy has to change the tag" ;;
    *[!A-Za-z0-9_.-]* | [.-]*) refuse "tag=$TAG is no image tag: letters, digits and _.-" ;;
  esac
  case $IMAGE in *[!a-z0-9_./:-]* | -*) refuse "image=$IMAGE is no image's name: small letters," \
    "digits and _./:-" ;; esac
}

# The files of this part, without its variants, beside one another: kustomize takes none from
# outside its folder.
folder=$STATE/overlay/$part
rm -rf "$folder"
mkdir -p "$folder/base"
find "$source" -maxdepth 1 -type f -exec cp {} "$folder/base" \;

{
  echo 'apiVersion: kustomize.config.k8s.io/v1beta1'
  echo 'kind: Kustomization'
  echo 'resources:'
  if [ -f "$folder/base/kustomization.yaml" ]; then
    echo '  - base'
  else
    for file in "$folder"/base/*.yaml; do echo "  - base/${file##*/}"; done
  fi
  case $part in
    v[0-9]*)
      cp "$ROOT/k8s/service.yaml" "$folder/base"
      echo '  - base/service.yaml'
      use_image
      printf 'images:\n  - name: calc\n    newName: "%s"\n    newTag: "%s"\n' "$IMAGE" "$TAG"
      ;;
  esac
  # By it k8s-delete knows what is the talk's, pods included. Selectors are left alone: they are
  # immutable.
  printf 'labels:\n  - pairs:\n      app.kubernetes.io/part-of: graceful-shutdown\n'
  printf '    includeTemplates: true\n'
} >"$folder/kustomization.yaml"

say "$folder"
