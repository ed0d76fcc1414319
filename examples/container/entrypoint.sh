#!/bin/sh
# Pid 1 of the container: reaps the processes that lose their parents, which tsm does not,
# passes the wish to end on to tsm, and ends with its exit code.
tsm=
trap 'kill -TERM $tsm' TERM INT HUP
tsm run "$@" &
tsm=$!
while kill -0 "$tsm" 2>/dev/null; do
  wait "$tsm"
  code=$?
done
exit "$code"
