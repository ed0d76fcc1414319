#!/usr/bin/env bash
# Tries the units of 'tsm startup' under a real systemd: a small Debian is booted by systemd-nspawn.
#
#   scripts/try/systemd.sh dist/tsm [NEWER_TSM]
#
# A service of the system that runs as a user, and then a service of that user's own manager: a program
# is started by hand and saved; the machine is rebooted; what the program inherits must be the same. Then
# the unit is restarted, the binary replaced by NEWER_TSM (or by itself) under it, the supervisor
# killed, and the unit stopped: each time the program has to run on. Takes about two minutes, as root.
set -euo pipefail

tsm=$(realpath "${1:?name the binary: scripts/try/systemd.sh dist/tsm}")
newer=$(realpath "${2:-$1}")
# shellcheck source=scripts/try/booted_debian.sh
. "$(dirname "$0")/booted_debian.sh"

# What a program inherits, as it finds it itself; ids of sessions and numbers that are drawn are left out.
cat >"$work/probe" <<'PROBE'
#!/bin/bash
{
  pwd
  umask
  env | grep -v '^TSM_' | sort
  grep -E '^(Uid|Gid|Groups|NoNewPrivs|Seccomp|Sig(Blk|Ign)|Cap...|Umask):' /proc/self/status
  cat /proc/self/limits
  echo "oom_score_adj: $(cat /proc/self/oom_score_adj)"
  nice
  sudo -n true && echo 'sudo works'
} >"$HOME/inherits" 2>&1
exec sleep infinity
PROBE

install -m 755 "$tsm" "$root/usr/local/bin/tsm"
install -m 755 "$work/probe" "$root/usr/local/bin/probe"

boot
inside 'systemctl --version' | head -1

# try KIND INSTALL SYSTEMCTL: one kind of service, from its start by hand to its removal.
try() {
  local kind=$1 installer=$2 systemctl=$3 unit=$4 pid flag=
  [ "$kind" = user ] && flag=--user-service
  step "$kind service: started by hand, and saved"
  as_user 'rm -rf .tsm inherits && tsm start probe --name probe && tsm save' || fail 'start by hand'
  await 'what the program inherits' inside 'test -s /home/deploy/inherits'
  inside 'cp /home/deploy/inherits /home/deploy/by-hand'
  pid=$(pid_of)

  step "$kind service: installed; it takes over, and the program runs on"
  as_user "tsm startup $flag --json" >"$work/plan"
  "$installer" "$(sed -n 's/^  "install": "\(.*\)",\{0,1\}$/\1/p' "$work/plan" | sed 's/\\"/"/g; s/\\\\/\\/g')" ||
    fail 'the command that installs it'
  "$installer" "$systemctl is-active $unit" || fail 'the unit is not active'
  await 'the service to supervise' runs_on "$pid"

  step "$kind service: rebooted; the program is back, and inherits what it did by hand"
  as_user 'rm inherits'
  reboot
  await 'the program to be back' is_online
  await 'what the program inherits' inside 'test -s /home/deploy/inherits'
  # A user's manager is not permitted to undo that its services are ended first when memory is short.
  [ "$kind" = system ] || inside 'sed -i "s/^oom_score_adj: 100$/oom_score_adj: 0/" /home/deploy/inherits'
  inside 'diff /home/deploy/by-hand /home/deploy/inherits' || fail 'it inherits something else'
  inside 'grep -q "sudo works" /home/deploy/inherits' || fail 'sudo fails in the program'
  pid=$(pid_of)
  inside "for kind in mnt net uts ipc user; do
    [ \$(readlink /proc/1/ns/\$kind) = \$(readlink /proc/$pid/ns/\$kind) ] || exit 1
  done" || fail 'it lives in a namespace of its own'

  step "$kind service: restarted; the program runs on"
  "$installer" "$systemctl restart $unit" || fail 'restart'
  await 'the program to run on' runs_on "$pid"

  step "$kind service: the binary is replaced under it; the program runs on"
  cp "$newer" "$root/usr/local/bin/.tsm.new"
  chmod 755 "$root/usr/local/bin/.tsm.new"
  mv "$root/usr/local/bin/.tsm.new" "$root/usr/local/bin/tsm"
  "$installer" "$systemctl restart $unit" || fail 'restart after the upgrade'
  await 'the program to run on' runs_on "$pid"
  as_user 'tsm doctor' | grep -E 'supervisor|boot' || fail 'doctor'

  step "$kind service: the supervisor is killed; systemd starts another, and the program runs on"
  "$installer" "$systemctl kill --signal=KILL --kill-who=main $unit"
  await 'the program to run on' runs_on "$pid"

  step "$kind service: stopped and removed; the program runs on"
  "$installer" "$systemctl stop $unit" || fail 'stop'
  inside "kill -0 $pid" || fail 'the program has ended with the unit'
  "$installer" "$(as_user "tsm unstartup $flag")" || fail 'the command that removes it'
  await 'the next command to adopt the program' as_user 'tsm patrol'
  [ "$(pid_of)" = "$pid" ] || fail 'the program has another pid'
  as_user 'tsm shutdown' || fail 'shutdown'
}

by_root() { inside "$1"; }
by_user() { as_user "$1"; }

try system by_root systemctl tsm-deploy.service
as_user 'mkdir -p .config/systemd/user && touch .config/systemd/user/tsm.service'
linger=$(as_user 'tsm doctor' | grep -o 'loginctl enable-linger deploy') || fail 'doctor names no linger'
inside "$linger" || fail 'linger'
await "the user's manager" as_user 'systemctl --user is-system-running'
try user by_user 'systemctl --user' tsm.service
echo 'all of it holds'
