/**
 * How many files this supervisor may have open, and how many its processes.
 *
 * Programs that use select(2) fail with more than 1,024, and some close every number up to the
 * limit when they start: what the supervisor needs for itself is not handed on.
 *
 * @module
 */
import { isFile } from "../../files/path_info.ts";
import { readByShell, runShell } from "../run_shell.ts";

/** The most it asks for. */
const MOST = 65_536;

/** What the processes get, since this supervisor has raised its own limit. */
let before: number | undefined;

/**
 * Reads how many files this program has open, and how many it may; `Infinity`: as many as it likes.
 */
export async function readOpenFiles(): Promise<{ readonly open: number; readonly limit: number }> {
  // The shell has the same limit; the pattern opens the directory in the shell, not in us.
  const [open = 0, limit] = (await readByShell(
    'set -- "/proc/$PPID/fd/"*; echo "$#"; ulimit -Sn',
  )).trimEnd().split("\n").map(Number);
  return { open, limit: limit === undefined || Number.isNaN(limit) ? Infinity : limit };
}

const RAISE = `
wanted=$1 prlimit=$2
hard=$(ulimit -Hn)
soft=$(ulimit -Sn)
[ "$hard" = unlimited ] || [ "$hard" -ge "$wanted" ] || wanted=$hard
[ "$soft" != unlimited ] && [ "$soft" -lt "$wanted" ] &&
  "$prlimit" --pid "$PPID" --nofile="$wanted:" && echo "$soft $wanted"
`;

/**
 * Raises the soft limit of this program, to the hard one at most.
 *
 * @param wanted How many files it is to be allowed.
 * @returns how many it is allowed then; `undefined` where nothing is changed.
 */
export async function raiseOpenFileLimit(wanted: number): Promise<number | undefined> {
  const prlimit = findPrlimit();
  if (prlimit === undefined) return undefined;
  const [soft, raised] = (await runShell(RAISE, String(Math.min(wanted, MOST)), prlimit)).trim()
    .split(" ").map(Number);
  if (!soft || !raised) return undefined;
  before ??= soft;
  return raised;
}

/**
 * The words before a program that give it the limit this supervisor began with; none as long
 * as it has that itself, for they cost the start of a program each.
 */
export function withFormerLimit(): readonly string[] {
  const prlimit = before === undefined ? undefined : findPrlimit();
  return prlimit === undefined ? [] : [prlimit, `--nofile=${before}:`];
}

function findPrlimit(): string | undefined {
  return ["/usr/bin/prlimit", "/bin/prlimit"].find(isFile);
}
