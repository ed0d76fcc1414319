#!/usr/bin/env bash
# Builds tsm for aarch64 and drives it through its main job on another processor, by qemu. Takes
# about a minute. Needs qemu-aarch64-static (Debian: qemu-user-static) and arm64's C library, which
# it has from Debian by apt-get.
#
#   scripts/try/arm64.sh [BINARY]
#
# The kernel is told to run programs of that processor by qemu in a user namespace of this script's
# own, so that nothing changes on the machine (Linux 6.7 and newer).
set -euo pipefail
project=$(cd "$(dirname "$0")/../.." && pwd)
cd "$project"

# Ends with 75 (EX_TEMPFAIL of sysexits.h) where this machine does not allow the attempt.
skip() {
  echo "arm64: skipped: $*"
  exit 75
}

# How the kernel knows a program: the ELF header's magic number, class, byte order and machine.
# Format: the kernel's Documentation/admin-guide/binfmt-misc.rst. F: qemu is opened now.
rule=':tsm-aarch64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
rule+=':\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'

if [ "${1:-}" = --inside ]; then
  formats=/proc/sys/fs/binfmt_misc
  mount -t binfmt_misc none $formats
  printf '%s' "$rule:$(command -v qemu-aarch64-static):F" >$formats/register
  shift
  exec "$@"
fi

command -v qemu-aarch64-static >/dev/null || skip 'no qemu-aarch64-static'
inside=(unshare --user --map-root-user --mount "$project/scripts/try/arm64.sh" --inside)
"${inside[@]}" true 2>/dev/null || skip 'may not register a binary format in a namespace'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Debian's packages for arm64, without a change to this machine's own lists of packages.
apt() {
  local state=$work/apt
  mkdir -p "$state"/{lists,cache,none}
  touch "$state/status"
  apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures::=arm64 \
    -o Dir::State::Lists="$state/lists" -o Dir::State::status="$state/status" \
    -o Dir::Cache="$state/cache" -o APT::Sandbox::User=root "$@"
}
fetch_libraries() {
  apt update >/dev/null && (cd "$work" && apt download libc6 libgcc-s1 >/dev/null)
}
if ! command -v apt-get >/dev/null || ! fetch_libraries; then
  skip "arm64's C library cannot be fetched"
fi
mkdir "$work/libraries"
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/libraries"; done

binary=${1:-dist/aarch64-linux/tsm}
if [ $# = 0 ]; then
  ./scripts/deno task build --target aarch64-linux
fi
export QEMU_LD_PREFIX=$work/libraries
time "${inside[@]}" sh scripts/try/main_job.sh "$project/$binary"
