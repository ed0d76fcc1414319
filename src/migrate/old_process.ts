import { messageOf } from "../errors.ts";
import { isPlainFile, statIfThere } from "../files/path_info.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { checkSpec, type Spec } from "../meta/spec.ts";
import { ownPids } from "../process/linux/own_pids.ts";
import { joinWords } from "../program/shell_words.ts";
import { isMeant } from "./is_meant.ts";
import { type LiveProcess, readLiveProcess } from "../process/linux/live_process.ts";
import { readEnviron } from "../process/linux/read_environ.ts";
import { oldArgv } from "./old_argv.ts";
import { type OldEnvironment, parseEnviron, parseOldEnvironment } from "./old_environment.ts";
import type { OldFiles } from "./old_files.ts";
import { type OldMeta, parseOldMeta } from "./old_meta.ts";

/** What is known of an old process, put together from its files and itself. */
export interface OldProcess {
  readonly files: OldFiles;
  readonly meta: OldMeta;
  readonly live: LiveProcess | undefined;
  /** A living process that has its pid, and nothing else of it. */
  readonly unlike: number | undefined;
  readonly environment: OldEnvironment | undefined;
  /** Files that could not be read, with the reason. */
  readonly damaged: readonly { readonly path: string; readonly reason: string }[];
}

const NOTHING_KNOWN: OldMeta = {
  tsm_id: null,
  pid: null,
  port: null,
  portless: false,
  start_time: null,
  restarts: 0,
  command: null,
  isScript: false,
  cwd: null,
  interpreter: null,
  type: null,
  env_file: null,
};

/**
 * Puts together what is known of a process of the old layout. Missing and damaged files are no
 * error.
 *
 * @param rootPath The absolute path of the root.
 */
export async function gatherOldProcess(rootPath: string, files: OldFiles): Promise<OldProcess> {
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
  const known = meta ?? NOTHING_KNOWN;
  const snapshot = read(files.env, (bytes) => parseOldEnvironment(bytes));
  const cwd = known.cwd ?? snapshot?.variables["PWD"] ?? null;
  const { live, unlike } = await findLive(rootPath, files, { ...known, cwd });
  const environ = live && await readEnviron(live.pid);
  const environment = snapshot && read(files.env, (bytes) => parseOldEnvironment(bytes, environ));
  return {
    files,
    meta: known,
    live,
    unlike,
    environment: environment ?? (environ && parseEnviron(environ)),
    damaged,
  };
}

/** The living process that the files mean, if there is one, or one that only has its pid. */
async function findLive(
  rootPath: string,
  files: OldFiles,
  meta: OldMeta,
): Promise<Pick<OldProcess, "live" | "unlike">> {
  let unlike: number | undefined;
  const noted = readPid(files.pid);
  const claims = [
    { pid: meta.pid, path: files.meta },
    { pid: noted, path: files.pid },
  ];
  const logs = ["out", "err"].map((kind) => `${rootPath}/runtime/logs/${files.name}.${kind}`);
  for (const { pid, path } of claims) {
    if (pid === null || path === undefined) continue;
    const live = await readLiveProcess(pid);
    if (!live) continue;
    const claim = { logs, command: meta.command, cwd: meta.cwd, noted: modifiedAt(path) };
    const isOurs = (await ownPids([pid], null)).has(pid);
    if (isOurs && isMeant(live, claim)) return { live, unlike: undefined };
    unlike = pid;
  }
  return { live: undefined, unlike };
}

/**
 * The spec by which an old process is started again.
 *
 * @throws {Deno.errors.InvalidData} if its files say what no spec can hold.
 */
export function specOf({ files: { name }, meta, live, environment }: OldProcess): Spec {
  const env = environment?.variables ?? {};
  const cwd = [meta.cwd, live?.cwd, env["PWD"]].find((path) => path?.startsWith("/")) ?? "/";
  const portInName = meta.portless ? undefined : /-([0-9]{1,5})$/.exec(name)?.[1];
  const port = meta.port ?? (portInName === undefined ? null : Number(portInName));
  const envFile = [meta.env_file, environment?.envFile].map((path) => path && resolveIn(cwd, path))
    // Only a file that exists: its values are in the snapshot anyway, and a missing env file would
    // keep the process from starting.
    .find((path) => path && isPlainFile(path)) ?? null;
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

function readPlainFile(path: string): Uint8Array {
  if (!isPlainFile(path)) throw new Deno.errors.InvalidData("is no plain file");
  return Deno.readFileSync(path);
}

function readPid(path: string): number | null {
  const text = isPlainFile(path) ? readTextIfThere(path)?.trim() ?? "" : "";
  return /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : null;
}

/** Epoch seconds. */
function modifiedAt(path: string): number {
  return (statIfThere(path)?.mtime?.getTime() ?? 0) / 1000;
}

function resolveIn(cwd: string, path: string): string {
  return path.startsWith("/") ? path : `${cwd}/${path}`;
}
