import { shellSucceeds } from "../run_shell.ts";

/** Milliseconds for which a process must have used no CPU to count as idle. */
const IDLE_TIME = 10;

// Every thread sleeps, not for a disk, has no child to wait for, and has used as many
// nanoseconds of a CPU as 10 ms before. Formats: proc(5), "/proc/pid/stat"; the kernel's
// Documentation/scheduler/sched-stats.rst, "/proc/<pid>/schedstat".
const LOOK_TWICE = `
look() {
  used=
  for task in "/proc/$1/task"/*; do
    stat= cpu= child=unknown
    read -r stat <"$task/stat"
    read -r cpu rest <"$task/schedstat"
    read -r child <"$task/children"
    case "\${stat##*) }" in 'S '*) ;; *) return 1 ;; esac
    [ -n "$cpu" ] && [ -z "$child" ] || return 1
    used="$used $cpu"
  done
}
look "$1" && before=$used && sleep "$2" && look "$1" && [ "$used" = "$before" ]
`;

/**
 * Tells whether a process is idle, which takes 10 ms: it waits for something other than a disk
 * or a child, as a server does that has started. Runs two programs; where the kernel does not tell,
 * nothing counts as idle.
 *
 * @example
 * ```ts
 * import { isIdle } from "./is_idle.ts";
 *
 * const { pid } = new Deno.Command("sleep", { args: ["60"] }).spawn();
 * while (!await isIdle(pid));
 * ```
 */
export async function isIdle(pid: number): Promise<boolean> {
  return await shellSucceeds(LOOK_TWICE, String(pid), String(IDLE_TIME / 1000));
}
