import { basename } from "@std/path/posix";
import { resolveCommand } from "../program/command.ts";
import type { Environment } from "../program/environment.ts";
import { splitWords } from "../program/shell_words.ts";
import type { OldMeta } from "./old_meta.ts";

/** Where an old command is looked for. */
export interface OldArgvContext {
  readonly cwd: string;
  readonly env: Environment;
  /** The words of the living process; none if it does not run. */
  readonly running: readonly string[];
}

/**
 * What to execute when a process of the old tsm is started again: its command
 * where that is found, else the words it runs with now, else its command in a shell.
 */
export function oldArgv(
  meta: OldMeta,
  { cwd, env, running }: OldArgvContext,
): { readonly argv: readonly string[]; readonly interpreter: string | null } {
  const interpreter = meta.interpreter ? basename(meta.interpreter) : meta.type;
  // A script does not tell which program ran it; the arguments of the living process do.
  if ((meta.command === null || meta.isScript) && running.length > 0) {
    return { argv: running, interpreter };
  }
  const command = meta.command ?? "true";
  const path = env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
  const context = { cwd, env: { ...env, PATH: path } };
  const words = splitWords(command) ?? [];
  const [, ...rest] = words;
  const attempts = [
    () => resolveCommand([command], context),
    () => resolveCommand([meta.interpreter ?? "", ...rest], context),
    () => resolveCommand([command], { ...context, interpreter: interpreter ?? "none" }),
  ];
  for (const attempt of attempts) {
    try {
      const { argv, interpreter: found } = attempt();
      return { argv, interpreter: found ?? interpreter };
    } catch {
      // The program is not where it was, or has never been on this PATH.
    }
  }
  if (running.length > 0) return { argv: running, interpreter };
  const runner = meta.interpreter ?? meta.type;
  if (meta.isScript && runner !== null) return { argv: [runner, ...words], interpreter };
  return { argv: ["/bin/sh", "-c", command], interpreter };
}
