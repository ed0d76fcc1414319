#!/usr/bin/env bash
# Installs tsm in a bare Debian by install.sh, from a server on loopback, and by the Debian package:
# main job, upgrade under a running program, removal, nothing left. Takes two to five minutes;
# needs root, debootstrap and python3.
#
#   scripts/try/install.sh
#
# Where Deno's download host is out of reach, STUBS=~/.cache/tsm names the folder of .ci/denort.
set -euo pipefail
project=$(cd "$(dirname "$0")/../.." && pwd)

if [ "${1:-}" = --inside ]; then
  mount -t proc proc "$2/proc"
  path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  exec chroot "$2" env -i PATH=$path HOME=/root LC_ALL=C sh /tmp/install_inside.sh "$3"
fi

work=$(mktemp -d)
server=
cleanup() {
  [ -z "$server" ] || kill "$server"
  rm -rf "$work"
}
trap cleanup EXIT

# Two versions of this commit, and the releases as the server has them.
releases=$work/releases
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
for version in 9.0.0 9.0.1; do
  git clone --quiet "$project" "$work/$version"
  sed -i "s/\"version\": \".*\"/\"version\": \"$version\"/" "$work/$version/deno.json"
  mkdir -p "$releases/download" "$releases/latest"
  (cd "$work/$version" && ./scripts/deno task release --target "$(uname -m)-linux" \
    --output "$releases/download/v$version" --releases "http://127.0.0.1:$port" \
    ${STUBS:+--stubs "$STUBS"} >/dev/null)
done
ln -s ../download/v9.0.0 "$releases/latest/download"
python3 -m http.server --bind 127.0.0.1 --directory "$releases" "$port" >"$work/server.log" 2>&1 &
server=$!

base=${XDG_CACHE_HOME:-$HOME/.cache}/tsm/debian-bookworm-minbase.tar
if [ ! -f "$base" ]; then
  mkdir -p "$(dirname "$base")"
  debootstrap --variant=minbase --include=wget bookworm "$work/base" >"$work/debootstrap.log" ||
    { tail "$work/debootstrap.log" && exit 1; }
  tar --create --file "$base.new" --directory "$work/base" .
  mv "$base.new" "$base"
fi
mkdir "$work/root"
tar --extract --file "$base" --directory "$work/root"
cp "$project"/scripts/try/{main_job,install_inside}.sh "$work/root/tmp/"
cp "$releases"/download/*/*.deb "$work/root/tmp/"

# In a namespace of pids, so that whatever is left running ends with this script.
unshare --mount --pid --fork --kill-child "$project/scripts/try/install.sh" --inside \
  "$work/root" "http://127.0.0.1:$port"
