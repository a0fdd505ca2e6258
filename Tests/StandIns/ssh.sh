#!/usr/bin/env bash
# Stands in for OpenSSH's client (9.x): its status is that of the command over there, and 255 is its
# own. With -tt there is a terminal over there, so both of the command's outputs come as one. What
# the command prints and its status stand in $STANDIN/answers.
set -euo pipefail

# The k6 of k8s/load-test, unless a test says otherwise.
otherwise() {
  case $* in *' k6 version') echo 'k6 v1.7.1 (commit/9f82e6f1fc, go1.26.1, linux/amd64)' ;; esac
}

case " $* " in *' -tt '*) HAS_TERMINAL=1 ;; esac
# shellcheck source=Tests/StandIns/answer
. "$(dirname "$(readlink "$0")")/answer"
