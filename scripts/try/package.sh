#!/usr/bin/env bash
# Tries the Debian package under a real systemd: a small Debian is booted by systemd-nspawn.
#
#   scripts/try/package.sh tsm_0.1.0_amd64.deb tsm_0.2.0_amd64.deb
#
# The unit of a user is enabled, the package upgraded under a program, the machine rebooted, and the
# package purged: the program runs on, is back, runs on, and nothing is left. Takes a minute, as root.
set -euo pipefail

usage='name two packages: scripts/try/package.sh OLD.deb NEW.deb'
old=$(realpath "${1:?$usage}")
new=$(realpath "${2:?$usage}")
# shellcheck source=scripts/try/booted_debian.sh
. "$(dirname "$0")/booted_debian.sh"

cp "$old" "$root/root/old.deb"
cp "$new" "$root/root/new.deb"
version=$(dpkg-deb --field "$new" Version)
boot

step 'installed; the unit of a user is enabled'
inside 'dpkg --install /root/old.deb && systemctl enable --now tsm@deploy' || fail 'installation'
await 'the supervisor' as_user 'tsm ping'
as_user 'tsm start "sleep infinity" --name probe && tsm save' || fail 'start'
pid=$(pid_of)

step 'upgraded; the unit runs the new version, and the program runs on'
inside 'dpkg --install /root/new.deb' || fail 'upgrade'
await 'the new supervisor' as_user "tsm ping | grep -F 'tsm $version,'"
runs_on "$pid" || fail 'the program does not run on'
inside 'systemctl is-active tsm@deploy' || fail 'the unit is not active'

step 'rebooted; the program is back'
reboot
await 'the program to be back' is_online

step 'purged; the program runs on, and nothing is left'
pid=$(pid_of)
inside 'dpkg --purge tsm' || fail 'removal'
inside "kill -0 $pid" || fail 'the program has ended with the package'
left=$(inside "pgrep -x tsm; find / -xdev -name 'tsm*' -not -path '/proc/*' -not -path '/home/*' -not -path '/run/*'" || true)
[ -z "$left" ] || fail "this is left: $left"
echo 'all of it holds'
