import { readByShell } from "./run_shell.ts";
import { sharedRead } from "../async/shared_read.ts";

/** What a process's environment says about who started it. */
export interface Origin {
  readonly root: string;
  readonly name: string;
}

/**
 * Reads which processes carry `TSM_ROOT` and `TSM_NAME` in their environment:
 * what left its session by a double fork is still found by them. Calls made
 * while a read is under way share the next one. Where `grep` is missing nothing is found.
 */
export const readEnvironTable: () => Promise<ReadonlyMap<number, Origin>> = sharedRead(async () =>
  parseEnvironTable(
    await readByShell(
      "cd /proc && LC_ALL=C grep -azsH -e '^TSM_NAME=' -e '^TSM_ROOT=' [0-9]*/environ",
    ),
  )
);

/** Reads grep's answer: `PID/environ:NAME=value`, each ended by a NUL. */
export function parseEnvironTable(text: string): ReadonlyMap<number, Origin> {
  const found = new Map<number, { root?: string; name?: string }>();
  for (const record of text.split("\0")) {
    const match = /^(\d+)\/environ:TSM_(NAME|ROOT)=([^]*)$/.exec(record);
    if (!match) continue;
    const origin = found.get(Number(match[1])) ?? {};
    if (match[2] === "NAME") origin.name = match[3]!;
    else origin.root = match[3]!;
    found.set(Number(match[1]), origin);
  }
  const table = new Map<number, Origin>();
  for (const [pid, { root, name }] of found) {
    if (root !== undefined && name !== undefined) table.set(pid, { root, name });
  }
  return table;
}
