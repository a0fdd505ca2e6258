#!/usr/bin/env bash
# Remembers url= as the address that tests and load use. What was set by hand stays: k8s-deploy to
# the same namespace does not replace it.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

use_url
if [ -z "$URL" ]; then
  now=$(state_read calc-url)
  refuse "url= is missing, as in make set-calc-url" \
    "url=http://localhost:8080${now:+ (now it is $now)}"
fi

state_write calc-url "$URL"
# What it was set for; nothing where there is no kubectl or no context: then it is for all.
if context=$(kubectl config current-context 2>/dev/null); then
  namespace=${ns:-$(kubectl config view --minify -o 'jsonpath={..namespace}')}
  state_write calc-url-for "$context/${namespace:-default} by hand"
  everywhere=
else
  state_forget calc-url-for
  everywhere=", in any cluster: kubectl has no context"
fi
say "remembers $URL for k8s-test, do-load-test and k8s-load-test$everywhere"
