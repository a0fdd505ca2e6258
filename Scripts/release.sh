#!/usr/bin/env bash
# Builds a release: release.sh [ARGUMENT of swift build …]. Where the standard library can be linked
# statically, it needs nothing but the C library.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

# Exclusive access is checked at run time in the builds that run the tests. In a release that would
# be a sixth of a request's instructions.
options=(-Xswiftc -enforce-exclusivity=unchecked)
if [ "$(uname -s)" = Linux ]; then
  # The toolchain's own linker takes half the time of the system's.
  options+=(--static-swift-stdlib -Xswiftc -use-ld=lld)
  # Swift's runtime needs the library of C++. Shared, its names are looked up at each start, a third
  # of all that a start does. The linker takes the static one from a folder without the shared one.
  library=$(clang -print-file-name=libstdc++.a 2>/dev/null || true)
  if [ -f "$library" ]; then
    folder=$root/.build/static
    mkdir -p "$folder"
    ln -sf "$library" "$folder"
    options+=(-Xswiftc "-L$folder" -Xswiftc -Xclang-linker -Xswiftc -static-libgcc)
  fi
fi
# SwiftPM asks the compiler for colours on a terminal only, and compiles everything again when that
# changes: a build whose output went into a file would be repeated on stage.
exec env TERM=dumb swift build -c release "${options[@]}" "$@"
