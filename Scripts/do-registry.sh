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

# A list that may not be seen ends here: it is not an empty one.
registries=$(do_list Name registries list)
if ! grep -qx "$name *" <<<"$registries"; then
  known=$(state_read do/registry)
  if [ -n "$known" ] && ! grep -qx "$known *" <<<"$registries"; then
    know_account registry
    say "registry $known was deleted meanwhile"
  fi
  say "makes registry $name in $REGION (${tier:-starter} tier)"
  if ! doctl registries create "$name" --region "$REGION" \
    --subscription-tier "${tier:-starter}" >/dev/null 2>"$SCRATCH/doctl"; then
    # Only the plan `professional` takes a second one.
    if [ -n "$registries" ] && ! is_forbidden && ! is_passing; then
      other=$(sed -n '1s/ *$//p' <<<"$registries")
      fail "DigitalOcean: $(complaint); there is registry $other already: make" \
        "do-create-registry name=$other uses it, tier=professional allows for a second"
    fi
    fail_call registries create "$name"
  fi
  remember registry "$name"
elif [ "$(state_read do/registry)" = "$name" ]; then
  say "registry $name was made before"
else
  say "registry $name is there already and was not made here: it is used, and do-delete leaves it" \
    "alone"
fi
say "lets Docker in"
do_api registries login "$name" >/dev/null
say "next: make docker-build platform=linux/amd64, then make docker-push-image" \
  "image=registry.digitalocean.com/$name/calc tag=0.1.0"
