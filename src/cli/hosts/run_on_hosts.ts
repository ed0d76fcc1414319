import type { Command } from "../command.ts";
import { makeContext } from "../context.ts";
import { unhandled } from "../../errors.ts";
import { readArguments } from "../parse/read_arguments.ts";
import { asksForHelp } from "../parse/asks_for_help.ts";
import { runCommand } from "../run_command.ts";
import type { Asked } from "./asked.ts";
import { onHosts } from "./on_hosts.ts";
import { showLines } from "./show_lines.ts";
import { showList } from "./show_list.ts";
import { showWords } from "./show_words.ts";

/** Where a command is to be run. */
export interface Elsewhere {
  readonly hosts: readonly string[];
  /** Whether `--host` named them, and not `TSM_HOSTS`. */
  readonly isAsked: boolean;
  /** The `--root` before the command's name: a root there. */
  readonly root: string | undefined;
}

/**
 * Runs a command on other machines over ssh, and shows what they say as one.
 *
 * @param args What follows its name.
 * @returns the exit code.
 * @throws {Deno.errors.InvalidData} for a mistake of the user's, before any machine is asked.
 * @throws {Deno.errors.NotFound} if there is no ssh.
 */
export async function runOnHosts(
  command: Command,
  args: readonly string[],
  { hosts, isAsked, root }: Elsewhere,
): Promise<number | void> {
  if (asksForHelp(args)) return await runCommand(command, args, root);
  const { name } = command;
  const parsed = readArguments(command, args);
  const context = makeContext({
    root: undefined,
    json: parsed.has("json"),
    quiet: parsed.has("quiet"),
    timeout: parsed.get("timeout"),
    // Passed on to the machines with the rest of the words.
    downgrade: false,
  });
  const asked: Asked = { name, args, parsed, context, hosts, root };
  const kind = onHosts(name, parsed.words);
  switch (kind) {
    case "here":
      if (isAsked) refuse(name, "it is about the command line itself; leave --host out");
      return await runCommand(command, args, root);
    case "single":
      return refuse(
        name,
        `it is for one machine at a time: 'ssh -t ${hosts[0]} ${`tsm ${name}`.trim()}'` +
          (isAsked ? "" : "; 'TSM_HOSTS= tsm …' is for this one"),
      );
    case "list":
      // It refuses words by itself.
      if (parsed.words.length > 0) return await runCommand(command, args, root);
      return await showList(asked);
    case "lines":
      return await showLines(asked);
    case "look":
      return await showWords(asked, true);
    case "change":
      return await showWords(asked, false);
    default:
      return unhandled(kind);
  }
}

function refuse(name: string, reason: string): never {
  const typed = `tsm ${name}`.trim();
  throw new Deno.errors.InvalidData(`Cannot run '${typed}' on other machines: ${reason}`);
}
