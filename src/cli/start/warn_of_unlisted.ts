import type { Wanted } from "../../config/wanted.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import type { Context } from "../context.ts";
import { readOrigin } from "../config/origin.ts";

/** A file that lists processes, as it is now. */
export interface ListedNow {
  /** Absolute. */
  readonly path: string;
  /** How it is called in a command line. */
  readonly shown: string;
  /** The environment that was chosen. */
  readonly environmentName: string | undefined;
  readonly wanted: readonly Wanted[];
}

/**
 * Says which instances of a file's apps run on though the file does not list them: those of another
 * port, or what `tsm scale` has added. Without that the code on disk would seem to be in all of them.
 */
export function warnOfUnlisted(context: Context, file: ListedNow): void {
  const names = new Set(file.wanted.map(({ name }) => name));
  const apps = new Set(file.wanted.map(({ app }) => app.name));
  const unlisted = listProcesses(context.root).metas.filter(({ name, pid }) => {
    if (pid === null || names.has(name)) return false;
    const { app, config } = readOrigin(context.root, name);
    return config?.file === file.path && apps.has(app ?? name);
  }).map(({ name }) => name);
  if (unlisted.length === 0) return;
  const inEnvironment = file.environmentName ? ` --env-name ${file.environmentName}` : "";
  context.warn(
    `tsm: ${unlisted.join(", ")} ${unlisted.length === 1 ? "runs" : "run"} on as before, since ` +
      `${file.shown} does not list ${unlisted.length === 1 ? "it" : "them"}: ` +
      `'tsm apply ${file.shown}${inEnvironment}' stops what is too many`,
  );
}
