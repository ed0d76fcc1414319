import { parseArgs } from "@std/cli/parse-args";
import type { Command } from "./command.ts";
import { commandNames, loadCommand, loadFirstScreen } from "./commands.ts";
import { nearest } from "../nearest.ts";
import { printable } from "../printable.ts";
import { writeAll } from "./output/write_all.ts";
import { inOwnFlags } from "./parse/pm2_flags.ts";
import { runCommand } from "./run_command.ts";
import { reportErrors } from "./report_errors.ts";

/**
 * The command line.
 *
 * @param args What follows `tsm`.
 * @returns the exit code.
 */
export function main(args: readonly string[]): Promise<number> {
  return reportErrors(async () => {
    const { name, rest, root } = splitCommand(args);
    const { command, implied } = await commandCalled(name);
    const { args: own, notes } = await inOwnFlags(command, [...implied, ...rest]);
    for (const note of notes) writeAll(Deno.stderr, `${printable(`tsm: ${note}`, false)}\n`);
    return await runCommand(command, own, root);
  });
}

/** The command called `name`, which may be PM2's word for it, and the flags that this word implies. */
async function commandCalled(
  name: string | undefined,
): Promise<{ readonly command: Command; readonly implied: readonly string[] }> {
  if (name === undefined) return { command: await loadFirstScreen(), implied: [] };
  const command = await loadCommand(name);
  if (command) return { command, implied: [] };
  const { findPm2Command } = await import("../pm2/pm2_commands.ts");
  const pm2 = findPm2Command(name);
  if (pm2 && pm2.words === undefined) {
    const becomes = pm2.becomes.replaceAll("`", "'");
    throw new Deno.errors.InvalidData(`Cannot run 'tsm ${name}', a command of PM2's: ${becomes}`);
  }
  const [own, ...implied] = pm2?.words ?? [];
  return { command: await requireCommand(own ?? name), implied };
}

async function requireCommand(name: string): Promise<Command> {
  const command = await loadCommand(name);
  if (command) return command;
  const meant = nearest(name, commandNames());
  const hint = meant ? `did you mean 'tsm ${meant}'? ` : "";
  throw new Deno.errors.InvalidData(
    `Cannot run 'tsm ${name}': there is no such command; ${hint}'tsm help' lists them`,
  );
}

/** Finds the command's name, if there is one; the flags before it are `--root`, `--help` and `--version`. */
function splitCommand(args: readonly string[]) {
  const [first, ...others] = args;
  if (first !== undefined && !first.startsWith("-")) {
    return { name: first, rest: others, root: undefined };
  }
  // The parser would swallow the '--' that says which words are the command's own.
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const early = parseArgs(args.slice(0, end), {
    string: ["_", "root"],
    boolean: ["help", "version"],
    alias: { help: ["h"], version: ["v", "V"] },
    stopEarly: true,
    unknown: (arg, key) => {
      if (key === undefined) return true;
      throw new Deno.errors.InvalidData(
        `Cannot run tsm: there is no flag ${arg} before a command; 'tsm --help' shows how to begin`,
      );
    },
  });
  const [name, ...before] = early._.map(String);
  const rest = [...before, ...args.slice(end)];
  const root = early.root as string | undefined;
  if (early.version) return { name: "version", rest, root };
  if (early.help) return { name: "help", rest: name ? [name] : [], root };
  // Where standard output is no terminal, `tsm` alone prints the help, not the first screen.
  if (name === undefined && !Deno.stdout.isTerminal()) return { name: "help", rest, root };
  return { name, rest, root };
}
