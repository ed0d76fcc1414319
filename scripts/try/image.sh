#!/usr/bin/env bash
# Builds the image of the Dockerfile with buildah and runs it with podman: non-root, healthy, reaps,
# keeps exit codes, ends when asked. Takes about two minutes; needs root, buildah, podman, and
# 'deno task release' before.
#
#   scripts/try/image.sh [BASE-IMAGE]
#
# Without a registry, scripts/try/install.sh leaves a Debian from which this makes its base.
set -euo pipefail
cd "$(dirname "$0")/../.."
name=tsm-try-$$
containers=()
made_base=
cleanup() {
  if [ ${#containers[@]} -gt 0 ]; then podman rm --force --time 0 "${containers[@]}" >/dev/null; fi
  podman rmi --force "$name" ${made_base:+"$made_base"} >/dev/null || true
}
trap cleanup EXIT

fail() {
  echo "image: $*" >&2
  exit 1
}

base=${1:-debian:bookworm-slim}
if [ $# = 0 ] && ! podman pull --quiet "$base"; then
  base=localhost/tsm-try-base
  made_base=$base
  podman import "${XDG_CACHE_HOME:-$HOME/.cache}/tsm/debian-bookworm-minbase.tar" "$base"
fi
# Format docker, for OCI's has no health checks.
buildah bud --quiet --format docker --build-arg BASE="$base" --tag "$name" .
size() { podman image inspect --format '{{.Size}}' "$1"; }
echo "image: $(($(size "$name") / 1000000)) MB, of which the base has $(($(size "$base") / 1000000)) MB"

# With low limits, for podman's own may be higher than this machine allows.
# start ARGS…: a container in the background; prints its id.
run=(podman --log-level fatal run --network none --ulimit nofile=4096:4096 --ulimit nproc=4096:4096)
start() { "${run[@]}" --detach "$name" "$@"; }

code=0
"${run[@]}" --rm "$name" -- sh -c 'exit 7' || code=$?
[ "$code" = 7 ] || fail "a program that ended with 7 made it end with $code"

id=$(start --name job --autorestart always -- sleep 1000)
containers+=("$id")
inside() { podman exec "$id" "$@"; }
for _ in $(seq 60); do
  if inside tsm ping >/dev/null 2>&1; then break; fi
  sleep 1
done
[ "$(inside id -un)" = tsm ] || fail "it runs as $(inside id -un)"
inside tsm ls
podman healthcheck run "$id" || fail 'it is not healthy'

# What loses its parent becomes a child of pid 1, which has to reap it.
inside sh -c '(sleep 0.1 &)'
for _ in $(seq 10); do
  zombies=$(inside grep -ls '^State:.Z' -r --include=status /proc --exclude-dir=task || true)
  [ -n "$zombies" ] || break
  sleep 1
done
[ -z "$zombies" ] || fail "these are not reaped: $zombies"
echo "image: pid 1 is $(inside cat /proc/1/comm), $(inside grep VmRSS /proc/1/status)"

podman stop --time 20 "$id" >/dev/null
code=$(podman inspect --format '{{.State.ExitCode}}' "$id")
echo "image: stopped, exit code $code"
[ "$code" = 143 ] || fail "a stop made it end with $code"
