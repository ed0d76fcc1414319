#!/usr/bin/env bash
# Runs a task in two clones of this commit, in different directories, and compares what they made.
#
#   scripts/try/same_bytes.sh build
#   scripts/try/same_bytes.sh release --stubs ~/.cache/tsm
set -euo pipefail
project=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

umask 022
for place in one another/place; do
  git clone --quiet "$project" "$work/$place"
  (cd "$work/$place" && ./scripts/deno task "$@")
  umask 077
done
diff --recursive "$work/one/dist" "$work/another/place/dist"
echo "same bytes: $* makes the same in both directories"
