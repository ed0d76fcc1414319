#!/bin/sh
# What scripts/try/install.sh does in the bare Debian: install_inside.sh URL-OF-RELEASES
set -eu
url=$1
cd /tmp

fail() {
  echo "install: $*" >&2
  exit 1
}
say() { printf '\n== %s\n' "$*"; }

# All files but those of this attempt, and dpkg's own lists and logs.
files() { find / -xdev \( -path /proc -o -path /tmp -o -path /var/lib/dpkg -o -path /var/log \) -prune -o -print | sort; }
files >before
nothing_left() {
  files >after
  diff before after || fail "the removal has left these"
}

is_alive() { grep -qs '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status"; }

# upgrade COMMAND…: a program that runs does not notice, and the next command replaces the supervisor.
upgrade() {
  tsm start 'exec sleep 1000' --name keep
  keep=$(cat /root/.tsm/runtime/pids/keep.pid)
  "$@"
  [ "$(tsm --version | cut -d ' ' -f 2)" = 9.0.1 ] || fail "this is no upgrade: $(tsm --version)"
  tsm ls
  tsm signal WINCH keep
  grep -q '"version": "9.0.1"' /root/.tsm/runtime/supervisor.json || fail "the supervisor is the old one"
  is_alive "$keep" || fail "the program did not outlive the upgrade"
}

# removed COMMAND…: what runs is not touched, and nothing of tsm is left but what it stored.
removed() {
  "$@"
  is_alive "$keep" || fail "the program did not outlive the removal"
  for exe in /proc/[0-9]*/exe; do
    case $(readlink "$exe" || true) in */tsm*) fail "a supervisor is left: $exe" ;; esac
  done
  kill "$keep"
  rm -r /root/.tsm
  nothing_left
}

say 'install.sh'
wget -q "$url/latest/download/install.sh"
sh install.sh --completions --man
sh main_job.sh /usr/local/bin/tsm
upgrade sh install.sh --version 9.0.1
say 'install.sh --uninstall'
removed sh install.sh --uninstall

say 'Debian package'
dpkg --install tsm_9.0.0_*.deb
sh main_job.sh /usr/bin/tsm
upgrade dpkg --install tsm_9.0.1_*.deb
if sh install.sh 2>/dev/null; then echo 'install.sh beside the package goes to /usr/local'; sh install.sh --uninstall; fi
say 'removal of the package'
removed dpkg --purge tsm
say 'done'
