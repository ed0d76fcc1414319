import { dirname, join, resolve } from "@std/path/posix";
import { startMessage, type StartRequest } from "../../api/messages/start.ts";
import { messageOf, withContext } from "../../errors.ts";
import { GROWING, readTextIfThere } from "../../files/read_text.ts";
import { Notes } from "../../pm2/notes.ts";
import { type ImportedProcess, parsePm2Dump, type Pm2Dump } from "../../pm2/pm2_dump.ts";
import { givenEnvironment } from "../../program/own_environment.ts";
import { readProcessesSync } from "../../process/linux/read_process_table.ts";
import { joinWords } from "../../program/shell_words.ts";
import { instancePort } from "../../meta/instance_identity.ts";
import type { Arguments } from "../parse/arguments.ts";
import { ask } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { failure } from "../output/started.ts";
import { foldDefinitions } from "../start/fold_instances.ts";
import { warnOfLogLinks } from "../start/warn_of_log_links.ts";
import { formatTable } from "../output/table.ts";

/**
 * `tsm import pm2`: takes over what 'pm2 save' wrote.
 *
 * @returns the exit code, where it is not 0.
 * @throws {Deno.errors.NotFound} if there is no dump.
 * @throws {Deno.errors.Busy} if PM2 still runs.
 */
export async function importPm2(args: Arguments, context: Context): Promise<number | void> {
  const path = dumpPath(args);
  const dump = await readDump(path);
  for (const { name, reason } of dump.damaged) {
    context.warn(`tsm: Cannot import '${name}': ${reason}`);
  }
  for (const name of dump.stopped) context.warn(`tsm: ${name}: stopped in PM2, so left out`);
  if (!args.has("apply")) return show(context, dump);
  if (!args.has("force")) refuseIfRunning(path);
  return await apply(context, dump);
}

function dumpPath(args: Arguments): string {
  const named = args.get("dump");
  if (named !== undefined) return resolve(named);
  const { PM2_HOME, HOME } = Deno.env.toObject();
  const home = PM2_HOME || (HOME ? join(HOME, ".pm2") : undefined);
  if (home) return join(home, "dump.pm2");
  throw new Deno.errors.InvalidData(
    "Cannot find PM2's dump: neither PM2_HOME nor HOME is set; pass --dump FILE",
  );
}

async function readDump(path: string): Promise<Pm2Dump> {
  const text = readTextIfThere(path, GROWING);
  if (text === undefined) {
    throw new Deno.errors.NotFound(
      `Cannot import '${path}': there is no such file; 'pm2 save' writes it, --dump names another`,
    );
  }
  try {
    return await parsePm2Dump(text);
  } catch (error) {
    const before = `${path}.bak`;
    const hint = readTextIfThere(before, GROWING) === undefined
      ? "'pm2 save' writes it anew"
      : `PM2 kept the one before: --dump ${before}`;
    const { message } = withContext(`Cannot import '${path}'`, error);
    throw new Deno.errors.InvalidData(`${message}; ${hint}`);
  }
}

/** Refuses while PM2 runs: its processes run too, and would run twice. */
function refuseIfRunning(path: string): void {
  const pid = Number(readTextIfThere(join(dirname(path), "pm2.pid")) ?? "0");
  if (!Number.isInteger(pid) || pid < 1) return;
  if (readProcessesSync([pid]).get(pid)?.comm.startsWith("PM2") !== true) return;
  throw new Deno.errors.Busy(
    `Cannot import '${path}': PM2 still runs (pid ${pid}), and every service would run twice; ` +
      "'pm2 kill' ends it, --force imports all the same",
  );
}

function show(context: Context, { processes }: Pm2Dump): void {
  if (context.json) {
    context.print(JSON.stringify(processes, null, 2));
    return;
  }
  const columns = [
    { header: "Name", width: 5, minimum: 12 },
    { header: "Port", width: 5, drop: 2 },
    { header: "Command", width: 5, minimum: 12 },
    { header: "Cwd", width: 5, minimum: 12, drop: 1 },
  ];
  const rows = processes.map((process) => [
    process.name,
    process.port === null ? "-" : String(process.port),
    commandOf(process),
    process.cwd,
  ]);
  for (const line of formatTable(columns, rows, context.color, { available: context.columns })) {
    context.print(line);
  }
  tellNotes(context, processes);
  context.say(`\nSIGINT asks them to end, as in PM2; 'tsm start' without a file takes SIGTERM`);
  context.say(`'tsm import pm2 --apply' starts ${processes.length} processes`);
}

function commandOf({ interpreter, words }: ImportedProcess): string {
  return interpreter === "none" ? joinWords(words) : `${interpreter} ${joinWords(words)}`;
}

function tellNotes(context: Context, processes: readonly ImportedProcess[]): void {
  const told = new Notes();
  for (const { name, notes } of processes) {
    for (const note of notes) told.add(note, name);
  }
  for (const line of told.lines()) context.warn(`tsm: ${line}`);
}

async function apply(context: Context, { processes, damaged }: Pm2Dump): Promise<number> {
  const started = [];
  let failed = 0;
  tellNotes(context, processes);
  for (const process of processes) {
    try {
      const answer = await ask(context, startMessage, await startRequest(process, context));
      for (const { name, reason } of answer.failed) {
        failed++;
        context.warn(failure(name, reason));
      }
      for (const meta of answer.started) {
        started.push(meta);
        await warnOfLogLinks(context, [meta]);
        context.say(`Started ${meta.name} (id ${meta.tsm_id}, pid ${meta.pid ?? "-"})`);
      }
    } catch (error) {
      // Without a supervisor the other processes would fail in the same way.
      if (error instanceof Deno.errors.NotConnected) throw error;
      failed++;
      context.warn(`tsm: ${messageOf(error)}`);
    }
  }
  if (context.json) context.print(JSON.stringify(started, null, 2));
  return failed + damaged.length > 0 ? EXIT.failed : EXIT.done;
}

/**
 * The request that starts it. What its environment shares with this command line's
 * is sent as such, so that a base environment made of it holds nothing of one app.
 */
async function startRequest(imported: ImportedProcess, context: Context): Promise<StartRequest> {
  const { name, words, interpreter, cwd, environment, port, settings } = imported;
  const own = givenEnvironment();
  const entries = Object.entries(environment);
  const isShared = ([key, value]: [string, string]) => own[key] === value;
  const definition = {
    name,
    words,
    interpreter,
    cwd,
    explicit: Object.fromEntries(entries.filter((entry) => !isShared(entry))),
    settings,
    ...port === null ? {} : { port },
  };
  const { instances = 1, share_port = false } = settings;
  const workers = Array.from({ length: instances }, (_, instance) => ({
    ...definition,
    settings: { ...settings, instance },
    ...port === null ? {} : { port: instancePort(port, instance, { increment: 1, share_port }) },
  }));
  const folded = await foldDefinitions(instances > 1 ? workers : [definition], environment);
  for (const note of folded.notes) context.warn(`tsm: ${note}`);
  return {
    environment: Object.fromEntries(entries.filter(isShared)),
    definitions: [...folded.items],
    if_running: "refuse",
    source: "command",
    wait: 0,
  };
}
