#!/usr/bin/env bash
# A registry for images: name= and, if the free tier is not wanted, tier=.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=Scripts/do-lib.sh
. "$(dirname "$0")/do-lib.sh"

case ${name:-} in
  '') refuse "name= is missing: the registry's, unique among all of DigitalOcean, as in make" \
    "do-create-registry name=jane-doe" ;;
  -* | *- | *[!a-z0-9-]*) refuse "name=$name is no name of a registry: small letters, digits and" \
    "hyphens" ;;
esac
use_doctl

if [ "$(state_read do/registry)" = "$name" ]; then
  say "registry $name was made before"
elif doctl registries get "$name" >/dev/null 2>&1; then
  say "registry $name is there already and was not made here: it is used, and do-delete leaves it" \
    "alone"
else
  say "makes registry $name in $REGION (${tier:-starter} tier)"
  do_api registries create "$name" --region "$REGION" --subscription-tier "${tier:-starter}" \
    >/dev/null
  state_write do/registry "$name"
fi
say "lets Docker in"
do_api registries login "$name" >/dev/null
say "next: make docker-build platform=linux/amd64, then make docker-push-image" \
  "image=registry.digitalocean.com/$name/calc tag=0.1.0"
