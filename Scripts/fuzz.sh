#!/usr/bin/env bash
# Hammers parsers and encoders with the toolchain's fuzzer (libFuzzer), each for a share of the
# time, or with inputs= inputs. What it finds on its way stays in .build/fuzz/corpus; keep=1 adds
# the smallest set that reaches the same code to Tests/Corpus. With seed= it tries the same inputs
# each time.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

seconds=${seconds:-60}
inputs=${inputs:-}
seed=${seed:-0}
targets=${targets:-request response chunked fields json point yaml load-line}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || refuse "seconds=$seconds: a number of seconds is needed"
[[ -z $inputs || $inputs =~ ^[1-9][0-9]*$ ]] || refuse "inputs=$inputs: a number is needed"
[[ $seed =~ ^[0-9]+$ ]] || refuse "seed=$seed: a number is needed; 0 takes another one each time"
# The runtime's own report of a trap would keep the input from being written.
export SWIFT_BACKTRACE=enable=no

toolchain=$(dirname "$(readlink -f "$(command -v swiftc)")")/..
library=$(find "$toolchain/lib" -name 'libclang_rt.fuzzer*' -print -quit)
if [ -z "$library" ]; then
  fail "this toolchain has no fuzzer; make test tries the corpus and mutations of it"
fi

FUZZ=1 TERM=dumb swift build -c release --product Fuzz --scratch-path .build/fuzz \
  -Xswiftc -sanitize=fuzzer -Xswiftc -enable-testing -Xswiftc -use-ld=lld

share=$((seconds / $(wc -w <<<"$targets")))
[ "$share" -gt 0 ] || share=1
end=(-max_total_time="$share")
until="$share s"
if [ -n "$inputs" ]; then
  end=(-runs="$inputs")
  until="$inputs inputs"
fi
for target in $targets; do
  found=.build/fuzz/corpus/$target
  mkdir -p "$found" "Tests/Corpus/$target"
  echo "$target, $until"
  log=.build/fuzz/$target.log
  # In the environment: to merge, the fuzzer starts itself with arguments of its own.
  export FUZZ_TARGET=$target
  if ! .build/fuzz/release/Fuzz -seed="$seed" "${end[@]}" -max_len=4096 -timeout=10 \
    -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix=".build/fuzz/$target-" \
    "$found" "Tests/Corpus/$target" >"$log" 2>&1; then
    tail -n 25 "$log" >&2
    fail "$target: the input above does not hold"
  fi
  awk -F ': *' '
    /^stat::number_of_executed_units/ { inputs = $NF }
    /^stat::peak_rss_mb/ { memory = $NF }
    / cov: / { match($0, /cov: [0-9]+/); coverage = substr($0, RSTART + 5, RLENGTH - 5) }
    END { printf "  %d inputs, %d edges covered, %d MiB at most, none that does not hold\n",
          inputs, coverage, memory }' "$log"
  if [ "${keep:-0}" = 1 ]; then
    .build/fuzz/release/Fuzz -merge=1 -max_len=512 "Tests/Corpus/$target" "$found" \
      >/dev/null 2>&1
  fi
done
