import { resolve } from "@std/path";
import { isFile } from "../../files/path_info.ts";
import type { Command } from "../command.ts";
import { type Context, makeContext } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { readLogOptions } from "../logs/options.ts";
import { readerGone } from "../logs/reader_gone.ts";
import { paint } from "../output/color.ts";
import { type Arguments, readArguments } from "../parse/arguments.ts";
import { parseDuration } from "../parse/parse_duration.ts";
import { asksForHelp, runCommand } from "../run_command.ts";
import { askHosts, exitCodeOfAll, type Question } from "./ask_hosts.ts";
import { collect, type Collected } from "./collect.ts";
import { label, labelWidth } from "./host_label.ts";
import { LineMerger } from "./merged_lines.ts";
import { mergedJson } from "./merged_json.ts";
import { mergedList } from "./merged_list.ts";
import { onHosts } from "./on_hosts.ts";
import { remoteScript } from "./remote_script.ts";
import type { RemoteLimits } from "./run_over_ssh.ts";

/** Milliseconds until a machine has to say that it is there; ssh itself gives up after ten seconds. */
const ANSWER_LIMIT = 15_000;
/** Milliseconds until what only looks has to end. */
const LOOK_LIMIT = 30_000;
/** The same for all else: a start or a stop may take long, and tsm there gives up by itself. */
const CHANGE_LIMIT = 600_000;
/** Milliseconds that a machine gets beyond `--timeout`, to say itself what it has waited for. */
const GRACE = 5_000;

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
  const parsed = readArguments(command, args);
  const kind = onHosts(command.name, parsed.words);
  if (kind === "here" && !isAsked) return await runCommand(command, args, root);
  const typed = `tsm ${command.name}`.trim();
  if (kind === "here") {
    throw new Deno.errors.InvalidData(
      `Cannot run '${typed}' on another machine: it is about the command line itself; leave --host out`,
    );
  }
  if (kind === "terminal") {
    throw new Deno.errors.InvalidData(
      `Cannot run '${typed}' on another machine: it takes a terminal there, which ` +
        `'ssh -t ${hosts[0]} ${typed}' has` +
        (isAsked ? "" : "; 'TSM_HOSTS= tsm …' is for this machine"),
    );
  }
  const context = makeContext({
    root: undefined,
    json: parsed.has("json"),
    quiet: parsed.has("quiet"),
    timeout: parsed.get("timeout"),
    // Passed on to the machines with the rest of the words.
    downgrade: false,
  });
  const program = Deno.env.get("TSM_REMOTE") || "tsm";
  /** @param words What tsm is called with there. */
  const questionOf = (
    words: readonly string[],
    limit: number | undefined,
    variables: Readonly<Record<string, string>> = {},
  ): Omit<Question, "onLine"> => {
    const [name = "", ...others] = words;
    const rooted = [name, ...root === undefined ? [] : ["--root", root], ...others];
    const script = remoteScript({ program, words: rooted, variables });
    return { hosts, script, program, limits: limitsOf(context, limit) };
  };
  if (kind === "list") {
    // It refuses words by itself.
    if (parsed.words.length > 0) return await runCommand(command, args, root);
    const list = mergedList(parsed, context.json);
    const passed = ["root", "timeout"].flatMap((flag) => {
      const value = parsed.get(flag);
      return value === undefined ? [] : [`--${flag}`, value];
    });
    const { collected, code } = await collect(
      context,
      questionOf([...list.words, ...passed], LOOK_LIMIT),
    );
    await list.show(context, collected);
    return code;
  }
  if (kind === "lines") {
    const words = [command.name, ...withJson(args, context)];
    return await showLines(context, command.name, parsed, (limit) => questionOf(words, limit));
  }
  refuseDocuments(typed, parsed);
  const variables = kind === "look" && context.color ? { FORCE_COLOR: "1" } : {};
  const isLook = kind === "look";
  const question = questionOf(
    [command.name, ...args],
    isLook ? LOOK_LIMIT : CHANGE_LIMIT,
    variables,
  );
  const { collected, code } = await collect(context, question, (one) => {
    // What has been done is told at once; what is looked at is read in the order of the machines.
    if (!isLook && !context.json) printBlock(context, hosts, one);
  });
  if (code !== EXIT.done) tellOfFiles(context, parsed);
  if (context.json) {
    let isBroken = false;
    const merged = mergedJson(collected, (host, reason) => {
      isBroken = true;
      context.warn(`tsm: ${host}: ${reason}`);
    });
    context.print(JSON.stringify(merged, null, 2));
    return isBroken && code === EXIT.done ? EXIT.failed : code;
  }
  if (isLook) { for (const one of collected) printBlock(context, hosts, one); }
  return code;
}

/** Shows logs or events: those of all machines in one, or as they come. */
async function showLines(
  context: Context,
  name: string,
  args: Arguments,
  questionOf: (limit: number | undefined) => Omit<Question, "onLine">,
): Promise<number> {
  const logs = name === "logs" ? readLogOptions(args) : undefined;
  if (logs?.raw) {
    throw new Deno.errors.InvalidData(
      "Cannot show the bytes of logs of other machines: --raw is for one terminal; " +
        "'ssh HOST tsm logs --raw' prints them",
    );
  }
  const follows = logs?.follow ?? args.has("follow");
  const question = questionOf(follows ? undefined : LOOK_LIMIT);
  const merger = new LineMerger(context, question.hosts, logs);
  if (!follows) {
    const { collected, code } = await collect(context, question);
    const lines = merger.merge(collected);
    if (lines.length > 0) context.print(lines.join("\n"));
    return code;
  }
  return exitCodeOfAll(
    await askHosts(context, {
      ...question,
      onLine: (host, line) => context.print(merger.format(host, line)),
      until: readerGone(),
    }),
  );
}

function withJson(args: readonly string[], { json }: Context): readonly string[] {
  return json ? args : ["--json", ...args];
}

function limitsOf({ timeout }: Context, limit: number | undefined): RemoteLimits {
  const own = timeout === undefined ? undefined : parseDuration(timeout, "--timeout");
  if (own === undefined) return { answer: ANSWER_LIMIT, end: limit };
  return {
    answer: Math.min(own, ANSWER_LIMIT),
    end: limit === undefined ? undefined : own + GRACE,
  };
}

/** Prints what a machine said, its name before each line. */
function printBlock(
  context: Context,
  hosts: readonly string[],
  { host, lines }: Collected,
): void {
  if (lines.length === 0) return;
  const before = `${paint(label(host, labelWidth(hosts)), "cyan", context.color)} | `;
  context.print(lines.map((line) => `${before}${line}`.trimEnd()).join("\n"));
}

/** A page or a table for programs is one document: lines with names before them would be none. */
function refuseDocuments(typed: string, args: Arguments): void {
  for (const flag of ["html", "csv"]) {
    if (!args.has(flag)) continue;
    throw new Deno.errors.InvalidData(
      `Cannot run '${typed} --${flag}' on several machines: it prints one document of one machine; ` +
        `'ssh HOST ${typed} --${flag}' does, --json merges them`,
    );
  }
}

/** Says why a file was not found there that is here. */
function tellOfFiles(context: Context, args: Arguments): void {
  const files = args.words.filter((word) => isFile(resolve(word)));
  if (files.length === 0) return;
  context.warn(
    `tsm: nothing is copied to other machines: ${files.join(", ")}, and what it names, must be ` +
      "there already; paths begin at the home directory there",
  );
}
