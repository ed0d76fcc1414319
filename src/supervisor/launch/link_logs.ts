import { leadsToLog, type LogLink, logLinks } from "../../logs/log_links.ts";
import type { Spec } from "../../meta/spec.ts";
import { shellSucceeds } from "../../process/run_shell.ts";
import type { UserAccount } from "../../process/linux/user_account.ts";
import { runtimeRoot } from "../../root.ts";

/** What only leads to a log of a process that is gone is replaced; all else is kept. */
const MAKE = `
while [ $# -gt 1 ]; do
  if [ -L "$1" ] && ! [ -e "$1" ]; then
    case $(readlink -- "$1") in
      */runtime/processes/*/current.out | */runtime/processes/*/current.err) rm -f -- "$1" ;;
    esac
  fi
  [ -e "$1" ] || [ -L "$1" ] || { mkdir -p -- "\${1%/*}/" && ln -s -- "$2" "$1"; }
  shift 2
done`;

const REMOVE = `
while [ $# -gt 1 ]; do
  if [ "$(readlink -- "$1")" = "$2" ]; then rm -f -- "$1"; fi
  shift 2
done`;

/** Which process the links are of, and below which root, absolute. */
export interface LinkedProcess {
  readonly rootPath: string;
  readonly name: string;
  readonly spec: Spec;
}

/**
 * Makes the links to the logs of a process that it is to have and are not there. A helper makes
 * them: the supervisor may write nothing outside of its root. Where one cannot be made the process
 * is none the worse; who looks tells why (`src/logs/log_links.ts`).
 *
 * @param user The user it runs as, where that is set: another than the supervisor's gets no links,
 * as it could not follow them.
 */
export async function makeLogLinks(
  process: LinkedProcess,
  user: UserAccount | undefined,
): Promise<void> {
  if (user && user.uid !== Deno.uid()) return;
  await Promise.allSettled(removals);
  try {
    await changeLinks(MAKE, linksOf(process).filter((link) => !leadsToLog(link)));
  } catch {
    // No helper can be run: the launch itself will tell, if it cannot be either.
  }
}

/** Under way: a process that is started anew at once must not lose its new links to one. */
const removals = new Set<Promise<void>>();

/** Removes the links to the logs of a process that is gone: they would lead nowhere. */
export async function removeLogLinks(process: LinkedProcess): Promise<void> {
  const { spec } = process;
  // One that was alone when they were made has none with its number.
  const alone = { ...process, spec: { ...spec, instances: 1 } };
  const removal = changeLinks(REMOVE, [...linksOf(process), ...linksOf(alone)]);
  removals.add(removal);
  await removal.finally(() => removals.delete(removal));
}

function linksOf({ rootPath, name, spec }: LinkedProcess): readonly LogLink[] {
  return spec.log_links === null ? [] : logLinks(runtimeRoot(rootPath), name, spec);
}

async function changeLinks(script: string, links: readonly LogLink[]): Promise<void> {
  if (links.length === 0) return;
  await shellSucceeds(script, ...links.flatMap(({ path, target }) => [path, target]));
}
