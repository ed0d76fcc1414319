import { readByShell } from "../run_shell.ts";
import { sharedRead } from "../../async/shared_read.ts";

/** What a process's environment says about who started it. */
export interface EnvironMarks {
  readonly root: string;
  readonly name: string;
}

/** What the environments of processes say, by pid. */
export type EnvironTable = ReadonlyMap<number, EnvironMarks>;

/**
 * Reads which processes carry `TSM_ROOT` and `TSM_NAME` in their environment:
 * what left its session by a double fork is still found by them. A command that is told of an event
 * (`TSM_EVENT`) is about a process and no part of it: its end must not end that. Calls made
 * while a read is under way share the next one. Where `grep` is missing nothing is found.
 *
 * @throws {Deno.errors.Interrupted} if what reads it is killed, as by a lack of memory.
 * @throws {Deno.errors.UnexpectedEof} if it cannot be read: who is not found may carry a name.
 */
export const readEnvironTable: () => Promise<EnvironTable> = sharedRead(async () => {
  const text = await readByShell(READ);
  if (text.includes(PROOF)) return parseEnvironTable(text);
  throw new Deno.errors.UnexpectedEof(
    "Cannot read the environments of processes; is /proc mounted, and is 'grep' that of the system?",
  );
});

/** What grep finds in its own environment, or the shell says where there is no grep. */
const PROOF = "self/environ:TSM_NAME=grep\0";
const READ = `
cd /proc || exit 1
command -v grep >/dev/null || { printf 'self/environ:TSM_NAME=grep\\000'; exit; }
unset TSM_ROOT
unset TSM_EVENT
export LC_ALL=C TSM_NAME=grep
exec grep -azsH -e '^TSM_NAME=' -e '^TSM_ROOT=' -e '^TSM_EVENT=' self/environ [0-9]*/environ
`;

/** Reads grep's answer: `PID/environ:NAME=value`, each ended by a NUL. */
export function parseEnvironTable(text: string): EnvironTable {
  const found = new Map<number, { root?: string; name?: string; isNotice?: true }>();
  for (const record of text.split("\0")) {
    const match = /^(\d+)\/environ:TSM_(NAME|ROOT|EVENT)=([^]*)$/.exec(record);
    if (!match) continue;
    const origin = found.get(Number(match[1])) ?? {};
    if (match[2] === "NAME") origin.name = match[3]!;
    else if (match[2] === "ROOT") origin.root = match[3]!;
    else origin.isNotice = true;
    found.set(Number(match[1]), origin);
  }
  const table = new Map<number, EnvironMarks>();
  for (const [pid, { root, name, isNotice }] of found) {
    if (root !== undefined && name !== undefined && !isNotice) table.set(pid, { root, name });
  }
  return table;
}
