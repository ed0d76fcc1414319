#!/usr/bin/env bash
# A small Debian that is booted by systemd-nspawn, with a user 'deploy'; to be sourced. It needs root.
# A Debian of 300 MB is kept in the cache for the next time.

for program in debootstrap systemd-nspawn nsenter; do
  command -v "$program" >/dev/null || { echo "$0: there is no $program" >&2; exit 1; }
done

suite=bookworm
debian=${XDG_CACHE_HOME:-$HOME/.cache}/tsm/debian-$suite-systemd
packages=systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,procps,sudo
if [ ! -d "$debian" ]; then
  mkdir -p "$(dirname "$debian")"
  part=$(mktemp -d "$debian.XXXXXX")
  debootstrap --variant=minbase --include="$packages" "$suite" "$part" >"$part.log" ||
    { tail -5 "$part.log" >&2; exit 1; }
  mv "$part" "$debian"
  rm "$part.log"
fi

work=$(mktemp -d)
root=$work/root
machine=
cleanup() {
  if [ -n "$machine" ] && kill -0 "$machine" 2>/dev/null; then
    kill -KILL "$machine" 2>/dev/null || true
    wait "$machine" 2>/dev/null || true
  fi
  # What a killed machine leaves is on its way out.
  rm -rf --one-file-system "$work" || true
}
trap cleanup EXIT

fail() {
  echo "FAILED: $*" >&2
  tail -30 "$work/console" >&2 || true
  inside 'systemctl --no-pager status "tsm*"; journalctl --no-pager -n 40 -u "tsm*"' >&2 || true
  exit 1
}

# Runs a shell command in the machine, as root and outside of any session or service.
inside() { timeout 60 nsenter --target "$(pgrep --parent "$machine")" --all -- /bin/bash -c "$1"; }
# The same as the user, at a login: by a service, as sshd is, for what comes from outside of the machine is
# not confined as the machine is.
as_user() {
  local words
  words=$(printf %q "export XDG_RUNTIME_DIR=/run/user/\$(id -u); $1")
  inside "systemd-run --quiet --wait --collect --pipe -- su - deploy -c $words"
}
# Awaits that a command in the machine succeeds, for a minute.
await() {
  local what=$1 tries
  shift
  for ((tries = 0; tries < 120; tries++)); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.5
  done
  fail "waited for a minute: $what"
}
step() { echo "== $*"; }

is_booted() { inside 'state=$(systemctl is-system-running); [ "$state" = running ] || [ "$state" = degraded ]'; }
boot() {
  # Under a name of its own, or two at once would get into each other's way.
  systemd-nspawn --quiet --boot --register=no --keep-unit --machine="tsm-try-$$" \
    --directory="$root" --console=pipe \
    </dev/null >>"$work/console" 2>&1 &
  machine=$!
  await 'the machine to boot' is_booted
}
# With --keep-unit, systemd-nspawn ends with this code where it is to be run again.
readonly rebooting=133
reboot() {
  local code=0
  inside 'systemctl reboot' || true
  await 'the machine to go down' is_down
  wait "$machine" || code=$?
  [ "$code" = "$rebooting" ] || fail "the machine ended with code $code instead of rebooting"
  boot
}
is_down() { ! kill -0 "$machine"; }
pid_of() { as_user "tsm ls --json" | sed -n '/"name": "probe"/,/"pid"/s/.*"pid": \([0-9]*\).*/\1/p'; }
is_online() { [ -n "$(pid_of)" ] && as_user 'tsm ls' | grep -q 'probe .* online'; }
# Whether the process still runs that ran before, and a supervisor answers.
runs_on() { as_user 'tsm ping' && [ "$(pid_of)" = "$1" ] && inside "kill -0 $1"; }

cp -a "$debian" "$root"
echo "127.0.0.1 localhost $(uname -n)" >"$root/etc/hosts"
chroot "$root" useradd --create-home --shell /bin/bash deploy
echo 'deploy ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/deploy"
