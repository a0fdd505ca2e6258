#!/usr/bin/env bash
# Fails if a line of a source, a script, a manifest or a page is wider than 100 columns.
set -euo pipefail
cd "$(dirname "$0")/.."

# Diffs, drawings and the fuzzer's inputs are made by programs.
exceptions=(':!*.diff' ':!*.svg' ':!Tests/Corpus')

# A column is a character, not a byte.
export LC_ALL=C.UTF-8
wide=$(git ls-files --cached --others --exclude-standard -z -- . "${exceptions[@]}" \
  | xargs -0 grep -nHE --directories=skip '.{101}' || true)
if [ -n "$wide" ]; then
  printf '%s\n' "$wide" "these lines are wider than 100 columns" >&2
  exit 1
fi
