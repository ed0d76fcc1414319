import { parseArgs } from "@std/cli/parse-args";
import type { Command } from "./command.ts";
import { commandNames, loadCommand, loadFirstScreen } from "./commands.ts";
import { nearest } from "../nearest.ts";
import { printable } from "../printable.ts";
import { writeAll } from "./output/write_all.ts";
import { EARLY_FLAGS } from "./parse/early_flags.ts";
import { endOfFlags } from "./parse/end_of_flags.ts";
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
    const { name, rest, root, given } = splitCommand(args);
    const hosts = await hostsMeant(given);
    const { command, implied } = await commandCalled(name);
    const { args: own, notes } = await inOwnFlags(command, [...implied, ...rest]);
    for (const note of notes) writeAll(Deno.stderr, `${printable(`tsm: ${note}`, false)}\n`);
    if (hosts.length === 0) return await runCommand(command, own, root);
    const { runOnHosts } = await import("./hosts/run_on_hosts.ts");
    return await runOnHosts(command, own, { hosts, isAsked: given.length > 0, root });
  });
}

/** The other machines that a command is for: those of `--host`, else those of `TSM_HOSTS`. */
async function hostsMeant(given: readonly string[]): Promise<readonly string[]> {
  const listed = Deno.env.get("TSM_HOSTS");
  if (given.length === 0 && !listed) return [];
  const { hostNames } = await import("./hosts/host_names.ts");
  return hostNames(given, listed);
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

/** They stand for 'tsm version', whose own flags may follow them. */
const VERSION_FLAGS = ["--version", "-v", "-V"];

/** Finds the command's name, if there is one; the flags before it are {@linkcode EARLY_FLAGS}. */
function splitCommand(args: readonly string[]) {
  const [first, ...others] = args;
  if (first !== undefined && !first.startsWith("-")) {
    return { name: first, rest: others, root: undefined, given: [] };
  }
  if (VERSION_FLAGS.some((flag) => flag === first)) {
    return { name: "version", rest: others, root: undefined, given: [] };
  }
  // The parser would swallow the '--' that says which words are the command's own.
  const end = endOfFlags(args);
  const early = parseArgs(args.slice(0, end), {
    string: ["_", ...EARLY_FLAGS.filter(({ value }) => value).map(({ name }) => name)],
    boolean: EARLY_FLAGS.filter(({ value }) => !value).map(({ name }) => name),
    collect: EARLY_FLAGS.filter(({ repeat }) => repeat).map(({ name }) => name),
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
  /** The values of `--host`. */
  const given = (early.host as unknown as unknown[] ?? []).map(String);
  if (early.version) return { name: "version", rest, root, given };
  if (early.help) return { name: "help", rest: name ? [name] : [], root, given: [] };
  // Where standard output is no terminal, `tsm` alone prints the help, not the first screen.
  if (name === undefined && !Deno.stdout.isTerminal()) {
    return { name: "help", rest, root, given };
  }
  return { name, rest, root, given };
}
