#!/usr/bin/env bash
# Makes a stand-in for the image that the Dockerfile builds in, where that cannot be pulled: this
# machine's toolchain and the packages of Debian that it builds with, under the name in $1. It is
# for check-image only; what is deployed is built in the real one.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

need dpkg-query "only a Debian can stand in for the Dockerfile's base image"
need swift "https://www.swift.org/install"
toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")

packages() {
  dpkg-query --show --showformat '${Essential} ${Package}\n' | sed -n 's/^yes //p'
  echo ca-certificates binutils libc6 libc6-dev linux-libc-dev
  dpkg-query --show --showformat '${Package}\n' 'libgcc-*-dev' 'libstdc++-*-dev' \
    'libcrypt*' 'binutils*' 'libbinutils*' 'libctf*' 'libjansson*' 2>/dev/null || true
}

# The files of the packages, and all libraries that their programs and the toolchain's name.
files() {
  local programs
  # shellcheck disable=SC2046 # Words.
  dpkg-query --listfiles $(packages) 2>/dev/null || true
  programs=$(printf '%s\n' "$toolchain"/bin/{swift-frontend,swift-build,clang,lld,swift-driver} \
    /usr/bin/* | while read -r path; do if [ -x "$path" ]; then echo "$path"; fi; done)
  # shellcheck disable=SC2086 # Words; scripts among them have no libraries.
  { ldd $programs 2>/dev/null || true; } | grep -oE '/[^ ]+[.]so[^ ]*' | grep -v "^$toolchain" \
    | while read -r path; do
      echo "$path"
      readlink -f "$path"
    done
  printf '%s\n' /bin /sbin /lib /lib64 /etc/alternatives /usr/bin/awk /usr/bin/ld /etc/passwd
}

mkdir "$SCRATCH/parts"
# Debian's folders below / are links to those below /usr.
files | sed -E 's,^/(s?bin|lib|lib64)/,/usr/\1/,' \
  | grep -vE '^/usr/share/(doc|man|locale|info|perl)|^/\.$' | sort -u \
  | while read -r path; do
    if [ -L "$path" ] || [ -f "$path" ]; then echo "${path#/}"; fi
  done >"$SCRATCH/list"
printf '%s\n' tmp root proc sys dev >>"$SCRATCH/list"
tar --create --file "$SCRATCH/base.tar" --directory / --no-recursion --files-from "$SCRATCH/list"
# Without what is for editors, debuggers and other targets.
tar --append --file "$SCRATCH/base.tar" --directory "$toolchain" --transform 's|^\./|usr/|' \
  --exclude ./share/doc --exclude ./lib/swift_static --exclude './lib/liblldb*' \
  --exclude './lib/libsourcekitd*' --exclude './bin/lldb*' --exclude ./bin/sourcekit-lsp \
  --exclude ./bin/clangd --exclude ./bin/docc --exclude ./bin/swift-format \
  --exclude ./lib/swift/embedded .
docker import --change 'ENV PATH=/usr/bin:/usr/sbin' "$SCRATCH/base.tar" "$1" >/dev/null
