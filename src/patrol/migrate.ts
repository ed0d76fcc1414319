/**
 * Takes the processes of the old tsm over into the new layout. A living one keeps
 * its pid and its open log files and notices nothing.
 *
 * @module
 */
import { basename } from "@std/path";
import { messageOf } from "../errors.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { removeIfThere, replaceFile } from "../files/replace_file.ts";
import { listProcesses } from "../meta/list_processes.ts";
import { type Meta, readMeta, writeMeta } from "../meta/metadata.ts";
import { checkSpec, type Spec, writeSpec } from "../meta/spec.ts";
import {
  differenceTo,
  type Environment,
  readBaseEnvironment,
  withoutSessionNoise,
  writeBaseEnvironment,
  writeDifference,
} from "../process/environment.ts";
import { runShell } from "../process/run_shell.ts";
import { joinWords } from "../process/shell_words.ts";
import { isValidName, NAME_RULE, processPaths, type RuntimeRoot } from "../root.ts";
import type { Remedy } from "./finding.ts";
import { isMeant, type LiveProcess, readEnviron, readLiveProcess } from "./live_process.ts";
import { oldArgv } from "./old_argv.ts";
import {
  findOldFiles,
  type OldEnvironment,
  type OldFiles,
  type OldMeta,
  parseEnviron,
  parseOldEnvironment,
  parseOldMeta,
} from "./old_files.ts";
import type { PatrolHost } from "./patrol_host.ts";
import { quarantine } from "./quarantine.ts";

/** What is known of an old process, put together from its files and itself. */
interface OldProcess {
  readonly files: OldFiles;
  readonly meta: OldMeta;
  readonly live: LiveProcess | undefined;
  readonly environment: OldEnvironment | undefined;
  /** Files that could not be read, with the reason. */
  readonly damaged: readonly { readonly path: string; readonly reason: string }[];
}

const NOTHING_KNOWN: OldMeta = {
  tsm_id: null,
  pid: null,
  port: null,
  start_time: null,
  restarts: 0,
  command: null,
  isScript: false,
  cwd: null,
  interpreter: null,
  type: null,
  env_file: null,
};

/** What is to be done about every process of the old layout. */
export async function oldLayout(root: RuntimeRoot, host: PatrolHost): Promise<Remedy[]> {
  const interrupted = findInterrupted(root);
  const found = findOldFiles(root).filter(({ name }) => !interrupted.includes(name));
  return [
    ...interrupted.map((name): Remedy => ({
      kind: "old-layout",
      name,
      path: processPaths(root, name).dir,
      found: "a migration was interrupted",
      remedy: "finished",
      apply: () => finish(root, { name, pid: `${root.pids}/${name}.pid`, ...filesOf(root, name) }),
    })),
    ...await Promise.all(found.map((files) => plan(root, host, files))),
  ];
}

async function plan(root: RuntimeRoot, host: PatrolHost, files: OldFiles): Promise<Remedy> {
  const { name } = files;
  const what = {
    kind: "old-layout",
    name,
    path: files.meta ?? files.env ?? files.out ?? files.err ?? null,
    found: "a process of the old layout",
  } as const;
  const old = await gather(host, files);
  const refusal = refuse(root, old);
  if (refusal !== undefined) {
    const apply = () => putAside(root, files, refusal);
    return { ...what, found: refusal, remedy: "moved to quarantine", apply };
  }
  const dropped = old.environment?.dropped ?? [];
  const notes = [
    old.live ? `pid ${old.live.pid} runs on` : "it does not run",
    ...dropped.length > 0 ? [`not UTF-8, so dropped: ${dropped.join(", ")}`] : [],
    ...old.damaged.map(({ path, reason }) => `${basename(path)}: ${reason}, so in quarantine`),
  ];
  const remedy = `taken over: ${notes.join("; ")}`;
  return { ...what, remedy, apply: () => migrate(root, host, old) };
}

/** Why a process cannot be taken over, if it cannot. */
function refuse(root: RuntimeRoot, { files: { name }, meta, live }: OldProcess) {
  if (!isValidName(name)) return `${JSON.stringify(name)} is no name: ${NAME_RULE}`;
  if (isTaken(root, name)) return `the name '${name}' is taken by another process`;
  if (meta.command === null && !live) {
    return "nothing tells its command: there is no readable .meta, and it does not run";
  }
  return undefined;
}

async function gather(host: PatrolHost, files: OldFiles): Promise<OldProcess> {
  const damaged: { path: string; reason: string }[] = [];
  const read = <T>(path: string | undefined, parse: (bytes: Uint8Array) => T): T | undefined => {
    try {
      return path === undefined ? undefined : parse(readPlainFile(path));
    } catch (error) {
      damaged.push({ path: path!, reason: messageOf(error) });
      return undefined;
    }
  };
  const meta = read(files.meta, (bytes) => parseOldMeta(new TextDecoder().decode(bytes)));
  const live = await findLive(host, files, meta ?? NOTHING_KNOWN);
  const environ = live && await readEnviron(live.pid);
  const environment = read(files.env, (bytes) => parseOldEnvironment(bytes, environ));
  return {
    files,
    meta: meta ?? NOTHING_KNOWN,
    live,
    environment: environment ?? (environ && parseEnviron(environ)),
    damaged,
  };
}

/** The living process that the files mean, if there is one. */
async function findLive(
  { home }: PatrolHost,
  files: OldFiles,
  meta: OldMeta,
): Promise<LiveProcess | undefined> {
  const noted = readPid(files.pid);
  const claims = [
    { pid: meta.pid, path: files.meta },
    { pid: noted, path: files.pid },
  ];
  const logs = ["out", "err"].map((kind) => `${home}/runtime/logs/${files.name}.${kind}`);
  for (const { pid, path } of claims) {
    if (pid === null || path === undefined) continue;
    const live = await readLiveProcess(pid);
    const claim = { logs, command: meta.command, noted: modifiedAt(path) };
    if (live && isMeant(live, claim)) return live;
  }
  return undefined;
}

/**
 * Takes it over. `meta.json` comes last and says that old files are still to be
 * removed: killed anywhere, it is done again or finished.
 */
async function migrate(root: RuntimeRoot, host: PatrolHost, old: OldProcess): Promise<void> {
  const { files, meta: { tsm_id, restarts }, live, damaged } = old;
  const { name } = files;
  if (isTaken(root, name)) return putAside(root, files, `the name '${name}' has just been taken`);
  const paths = processPaths(root, name);
  const spec = makeSpec(old);
  // What an interrupted migration has left there is ours; what else is there is not.
  if (isFile(paths.out) && files.out !== undefined && isFile(files.out)) {
    quarantine(root, name, [paths.dir], "in the way of a migration, and without a meta.json");
  }
  Deno.mkdirSync(paths.dir, { recursive: true, mode: 0o700 });
  writeDifference(root, name, differenceToBase(root, old.environment?.variables));
  writeSpec(root, name, spec);
  for (const { path, reason } of damaged) quarantine(root, name, [path], reason);
  for (const [from, to] of [[files.out, paths.out], [files.err, paths.err]] as const) {
    if (from === undefined) continue;
    if (isFile(from)) Deno.renameSync(from, to);
    else quarantine(root, name, [from], "its log is no plain file");
  }
  const { command, cwd, interpreter, port, env_file } = spec;
  const meta: Meta = {
    tsm_id: host.reserveId(tsm_id),
    name,
    pid: live?.pid ?? null,
    command,
    cwd,
    interpreter,
    port,
    status: live ? "online" : "stopped",
    start_time: live?.startTime ?? null,
    restarts,
    unstable_restarts: 0,
    env_file,
    pid_start: live?.start ?? null,
    ...live ? {} : { reason: "did not run when it was migrated" },
    intent: "migrate",
  };
  writeMeta(root, meta);
  await finish(root, files);
}

/** Puts the pid file right and removes the old files; the migration is then done. */
async function finish(root: RuntimeRoot, files: OldFiles): Promise<void> {
  const { intent: _, ...meta } = readMeta(root, files.name);
  const { dir, pid, pidLink } = processPaths(root, files.name);
  if (meta.pid === null) removeIfThere(pid);
  else {
    replaceFile(pid, `${meta.pid}\n`);
    const link = basename(pidLink);
    await runShell('[ -L "$1/$2" ] || ln -s "../../pids/$2" "$1/$2"', dir, link);
  }
  for (const path of [files.env, files.meta]) if (path !== undefined) removeIfThere(path);
  try {
    Deno.removeSync(root.oldLogs);
  } catch {
    // Other processes' logs are in it, or it has gone already.
  }
  writeMeta(root, meta);
}

/** What the old files say of its environment, against the base; the first one becomes that. */
function differenceToBase(root: RuntimeRoot, variables: Environment | undefined) {
  if (variables === undefined) return { set: {}, unset: [] };
  const env = withoutSessionNoise(variables);
  const base = readBaseEnvironment(root);
  if (base === undefined) writeBaseEnvironment(root, env);
  return differenceTo(base ?? env, env, {});
}

function makeSpec({ files: { name }, meta, live, environment }: OldProcess): Spec {
  const env = environment?.variables ?? {};
  const cwd = [meta.cwd, live?.cwd, env["PWD"]].find((path) => path?.startsWith("/")) ?? "/";
  const portInName = /-([0-9]{1,5})$/.exec(name)?.[1];
  const port = meta.port ?? (portInName === undefined ? null : Number(portInName));
  const envFile = [meta.env_file, environment?.envFile].map((path) => path && resolveIn(cwd, path))
    // Its values are in the snapshot; one that is gone would only keep it from starting.
    .find((path) => path && isFile(path)) ?? null;
  const { argv, interpreter } = oldArgv(meta, { cwd, env, running: live?.argv ?? [] });
  return checkSpec({
    command: meta.command ?? joinWords(argv),
    argv,
    cwd,
    interpreter,
    port: port !== null && port >= 1 && port <= 65535 ? port : null,
    env_file: envFile,
  });
}

/** Moves all there is of it into quarantine; a pid file of that name may be another's. */
function putAside(root: RuntimeRoot, files: OldFiles, reason: string): void {
  const paths = [files.meta, files.env, files.out, files.err].filter((path) =>
    path !== undefined && isThere(path)
  ) as string[];
  if (paths.length > 0) quarantine(root, files.name, paths, reason);
}

/** The processes whose migration was begun and is not done. */
function findInterrupted(root: RuntimeRoot): string[] {
  return listProcesses(root).metas.filter(({ intent }) => intent === "migrate")
    .map(({ name }) => name);
}

function filesOf(root: RuntimeRoot, name: string): Partial<OldFiles> {
  return findOldFiles(root).find((files) => files.name === name) ?? {};
}

/** Whether there is a process of that name; a directory without `meta.json` is none. */
function isTaken(root: RuntimeRoot, name: string): boolean {
  return isThere(processPaths(root, name).meta);
}

function readPlainFile(path: string): Uint8Array {
  if (!isFile(path)) throw new Deno.errors.InvalidData("is no plain file");
  return Deno.readFileSync(path);
}

function readPid(path: string): number | null {
  const text = isFile(path) ? readTextIfThere(path)?.trim() ?? "" : "";
  return /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : null;
}

/** Epoch seconds. */
function modifiedAt(path: string): number {
  try {
    return (Deno.statSync(path).mtime?.getTime() ?? 0) / 1000;
  } catch {
    return 0;
  }
}

function resolveIn(cwd: string, path: string): string {
  return path.startsWith("/") ? path : `${cwd}/${path}`;
}

function isFile(path: string): boolean {
  try {
    return Deno.lstatSync(path).isFile;
  } catch {
    return false;
  }
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
