import { messageOf } from "../../errors.ts";
import { logFingerprint } from "../../logs/log_fingerprint.ts";
import { type LogProblems, presentLogProblems } from "../../logs/log_problems.ts";
import { readMeta } from "../../meta/metadata.ts";
import { watchDirectories } from "../../logs/watch_directories.ts";
import { raiseOpenFileLimit, readOpenFiles } from "../../process/linux/open_file_limit.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import { readSpecFields } from "../../meta/spec_fields.ts";
import type { Context } from "../context.ts";
import { selectListed } from "../select/select_listed.ts";
import { mergeByTime } from "../../logs/lines/merge.ts";
import type { LogOptions } from "./options.ts";
import { LogPrinter } from "./printer.ts";
import { Source } from "../../logs/lines/source.ts";

/** From so many logs on the limit of open files is looked at, which starts a shell. */
const MANY_LOGS = 200;
/** What such a command may have open besides: its streams, a watch, an index of each log in turn. */
const OTHER_FILES = 64;

/** The names of the processes that selectors mean, from the files alone. */
export function selectLogs(context: Context, selectors: readonly string[]): string[] {
  return selectListed(context, "show the logs of", selectors).map(({ name }) => name);
}

/** Shows what the logs of processes hold, and ends. */
export async function showLogs(
  context: Context,
  names: readonly string[],
  options: LogOptions,
): Promise<void> {
  const shown = await openSources(context, names, options);
  await printHistory(labelledPrinter(context, options, names), shown);
}

/** A printer that puts the names before the lines where there are several. */
function labelledPrinter(
  context: Context,
  options: LogOptions,
  names: readonly string[],
): LogPrinter {
  const printer = new LogPrinter(context, options);
  if (names.length > 1) printer.label(names);
  return printer;
}

function logProblemsOf({ root }: Context, name: string): LogProblems {
  try {
    return presentLogProblems(root, readMeta(root, name));
  } catch {
    // It was removed meanwhile, or its meta.json is damaged: its logs are shown all the same.
    return {};
  }
}

/**
 * Opens the logs of processes.
 *
 * @throws {Deno.errors.Busy} where they are more files than this program may have open.
 */
async function openSources(
  context: Context,
  names: readonly string[],
  options: LogOptions,
): Promise<Source[]> {
  await makeRoomFor(names.length * options.streams.length);
  for (const name of names) {
    for (const [stream, problem] of Object.entries(logProblemsOf(context, name))) {
      context.warn(`tsm: current.${stream} of '${name}': ${problem}`);
    }
    const command = logPipeOf(context, name);
    if (command !== undefined) {
      context.warn(`tsm: what '${name}' writes goes to: ${command}; its logs are what that prints`);
    }
  }
  return await Promise.all(
    names.flatMap((name) =>
      options.streams.map((stream) => Source.open(context.root, { name, stream }, options))
    ),
  );
}

/** Sees to it that so many logs may be open at once: 1,024 files are allowed where nobody asks. */
async function makeRoomFor(logs: number): Promise<void> {
  if (logs < MANY_LOGS) return;
  const needed = logs + OTHER_FILES;
  await raiseOpenFileLimit(needed);
  const { limit } = await readOpenFiles();
  if (needed <= limit) return;
  throw new Deno.errors.Busy(
    `Cannot show ${logs} logs at once: that takes ${needed} open files, and ${limit} are allowed; ` +
      `select fewer, show one stream (--out, --err), or first 'ulimit -n ${needed}'`,
  );
}

/** The command that the output of a process goes through, if there is one. */
function logPipeOf({ root }: Context, name: string): string | undefined {
  try {
    const { log_pipe: command } = readSpecFields(root, name);
    return typeof command === "string" && command !== "file" ? command : undefined;
  } catch {
    // Its spec.json is missing or damaged: patrol tells of that.
    return undefined;
  }
}

async function printHistory(printer: LogPrinter, sources: readonly Source[]): Promise<void> {
  for await (const lines of mergeByTime(sources.map((source) => source.history()))) {
    printer.print(lines);
  }
}

/**
 * Shows the logs of processes and what is written from now on, until the reader is gone.
 *
 * @param selectors What begins to match them is followed too.
 * @param names The processes that match them now.
 */
export async function followLogs(
  context: Context,
  selectors: readonly string[],
  names: readonly string[],
  options: LogOptions,
): Promise<never> {
  const { processes } = context.root;
  const printer = labelledPrinter(context, options, names);
  const shown = new Map<string, readonly Source[]>();
  const watched = () => [...new Set([...shown.keys(), ...names, ...unreadable(context)])];
  const look = (name: string) => logFingerprint(context.root, name);
  for await (const changed of watchDirectories(processes, watched, look)) {
    if (shown.size === 0) {
      const sources = await openSources(context, names, options);
      for (const name of names) shown.set(name, sources.filter((source) => source.name === name));
      await printHistory(printer, sources);
      continue;
    }
    for (const [name, sources] of shown) {
      if (changed !== "anything" && !changed.has(name)) continue;
      for (const source of sources) {
        for await (const lines of source.news()) printer.print(lines);
      }
    }
    const isKnown = changed !== "anything" && [...changed].every((name) => shown.has(name));
    if (isKnown) continue;
    for (const name of newlySelected(context, selectors, shown)) {
      // Its whole log is new: the process has just begun to match.
      const sources = await openSources(context, [name], { ...options, lines: Infinity });
      shown.set(name, sources);
      if (shown.size > 1) printer.label(shown.keys());
      await printHistory(printer, sources);
    }
  }
  throw new Error("the watch of the logs has ended");
}

/** Directories of processes that are just being made: their `meta.json` is yet to come. */
function unreadable({ root }: Context): readonly string[] {
  return listProcesses(root).unreadable.map(({ name }) => name);
}

/** Processes that begin to match the selectors while they are followed. */
function newlySelected(
  context: Context,
  selectors: readonly string[],
  shown: ReadonlyMap<string, unknown>,
): readonly string[] {
  return selectors.flatMap((selector) => {
    try {
      return selectLogs(context, [selector]).filter((name) => !shown.has(name));
    } catch (error) {
      // While following, a selector may match nothing for a while.
      const isFine = error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.InvalidData;
      if (!isFine) context.warn(`tsm: ${messageOf(error)}`);
      return [];
    }
  });
}
