import type { Environment } from "../../program/environment.ts";
import { HAS_ENDED } from "../../process/linux/has_ended.ts";
import { shellKeeping } from "./set_up_by_shell.ts";

/** The value of `log_pipe` with which the pipe ends in the logs themselves. */
export const TO_FILE = "file";

// The pipes are opened for reading and writing: a program whose command has died gets no SIGPIPE,
// it waits when the pipe is full. Whoever reads has them open for reading only, and meets their
// end when the program and all that it has started have ended. Readers ignore the signals of a
// stop, so that they read what the program writes while it ends, and are no children of the
// program, which might wait for all of those. Their files are redirected by 'exec', for a call of
// a function leaves the shell a copy of each of them, and no pipe would ever end. The names of the variables are such that nobody's
// are changed.
const SCRIPT = `
_tsm_line=$1; shift
_tsm_dir=$(command -p mktemp -d) && command -p mkfifo -m 600 "$_tsm_dir/out" "$_tsm_dir/err" || exit 125
exec 3<>"$_tsm_dir/out" 4<"$_tsm_dir/out" 5<>"$_tsm_dir/err" 6<"$_tsm_dir/err"
command -p rm -r "$_tsm_dir"
_tsm_ended() {${HAS_ENDED}}
# Runs a reader again whenever it dies, until the program has ended and all is read.
_tsm_keep() {
  trap '' HUP INT QUIT TERM USR1 USR2
  while :; do
    _tsm_last=; _tsm_ended && _tsm_last=1
    "$@"
    _tsm_code=$?
    if ! _tsm_ended; then command -p sleep 1
    elif [ "$_tsm_code" = 0 ] || [ -n "$_tsm_last" ]; then exit
    fi
  done
}
if [ "$_tsm_line" = ${TO_FILE} ]; then
  ( (exec <&4 3>&- 4<&- 5>&- 6<&-; _tsm_keep command -p cat) &)
  ( (exec <&6 >&2 3>&- 4<&- 5>&- 6<&-; _tsm_keep command -p cat) &)
  exec "$@" >&3 2>&5 3>&- 4<&- 5>&- 6<&-
fi
( (exec <&4 3>&- 4<&- 5>&- 6<&-; _tsm_keep /bin/sh -c "$_tsm_line") &)
exec "$@" >&3 2>&3 3>&- 4<&- 5>&- 6<&-
`;

/**
 * The words that run a program with its output in pipes, and in its session what reads them: a
 * command, whose own output goes to the logs; or for {@linkcode TO_FILE} two `cat`, which write to
 * the logs what the program writes. A reader outlives the supervisor, and ends behind the program.
 *
 * @param logPipe The setting `log_pipe`.
 * @param argv The program; the pid of the first of these words becomes its pid.
 * @param env Its environment, which decides by what shell it must be run.
 * @throws {Deno.errors.NotSupported} if a variable has a name that only bash hands on, and there
 * is no bash.
 *
 * @example
 * ```ts
 * import { throughPipe } from "./through_pipe.ts";
 *
 * throughPipe("logger -t api", ["node", "server.js"], { PATH: "/usr/bin:/bin" });
 * ```
 */
export function throughPipe(
  logPipe: string,
  argv: readonly string[],
  env: Environment,
): readonly string[] {
  return [...shellKeeping(env), "-c", SCRIPT, "sh", logPipe, ...argv];
}
