#!/bin/sh
# Drives a tsm through its main job, with nothing but what a bare Debian has: start, ls, logs,
# restart, death of the supervisor, stop.
#
#   scripts/try/main_job.sh /usr/bin/tsm
set -eu

tsm=$1
TSM_ROOT=$(mktemp -d)
export TSM_ROOT
trap '"$tsm" shutdown >/dev/null 2>&1 || true; rm -rf "$TSM_ROOT"' EXIT

fail() {
  echo "main job: $*" >&2
  exit 1
}

# expect PATTERN COMMAND…: the command succeeds and prints a line that matches.
expect() {
  pattern=$1
  shift
  printed=$("$@" 2>&1) || fail "'$*' failed: $printed"
  printf '%s\n' "$printed" | grep -qE "$pattern" || fail "'$*' printed no '$pattern': $printed"
}

# Whether a process is there; one that has ended and waits to be reaped is not.
is_alive() { grep -qs '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status"; }

pid_of_job() { cat "$TSM_ROOT/runtime/pids/job.pid"; }

expect '^Started job ' "$tsm" start 'echo "a line"; exec sleep 1000' --name job
first=$(pid_of_job)
expect "job +$first .* online" "$tsm" ls
expect 'a line' "$tsm" logs job --no-follow
expect '^Restarted job ' "$tsm" restart job
second=$(pid_of_job)
[ "$second" != "$first" ] || fail "a restart left the pid as it was"

supervisor=$(sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' "$TSM_ROOT/runtime/supervisor.json")
kill -KILL "$supervisor"
is_alive "$second" || fail "the program died with the supervisor"
expect "job +$second .* online" "$tsm" ls
# This starts the next supervisor, which adopts it.
expect . "$tsm" signal WINCH job
expect "job +$second .* online" "$tsm" ls

expect '^Stopped and removed job' "$tsm" stop job
if is_alive "$second"; then fail "the program outlived 'tsm stop'"; fi
expect . "$tsm" shutdown
echo "main job: done"
