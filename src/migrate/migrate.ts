/**
 * Takes the processes of the old tsm over into the new layout. A living one keeps
 * its pid and its open log files and notices nothing.
 *
 * @module
 */
import { basename } from "@std/path/posix";
import { isPlainFile, isThere } from "../files/path_info.ts";
import { removeIfThere, replaceFile } from "../files/replace_file.ts";
import { listProcesses } from "../meta/list_processes.ts";
import { type Meta, readMeta, writeMeta } from "../meta/metadata.ts";
import { envFileInMeta, writeSpec } from "../meta/spec.ts";
import {
  differenceTo,
  type Environment,
  readBaseEnvironment,
  withoutSessionNoise,
  writeBaseEnvironment,
  writeDifference,
} from "../program/environment.ts";
import { runShell } from "../process/run_shell.ts";
import { isValidName, NAME_RULE, processPaths, type RuntimeRoot } from "../root.ts";
import { type Finding, mend, type Remedy } from "../patrol/finding.ts";
import { findOldFiles, type OldFiles } from "./old_files.ts";
import { gatherOldProcess, type OldProcess, specOf } from "./old_process.ts";
import { quarantine } from "../patrol/quarantine.ts";

/** What a migration asks of whoever has processes in hand. */
export interface MigrationHost {
  /** The absolute path of the root. */
  readonly rootPath: string;
  /** A `tsm_id` that nobody has: `wanted`, if that is free. */
  reserveId(wanted: number | null): number;
}

/**
 * Takes over every process of the old layout, and finishes what an interrupted migration
 * began. Run a second time, it finds nothing to do.
 *
 * @param dryRun Only look.
 * @returns what it found and did.
 *
 * @example
 * ```ts
 * import { migrateOldLayout } from "./migrate.ts";
 *
 * const findings = await migrateOldLayout(root, host, { dryRun: true });
 * console.log(findings.map(({ name }) => name));
 * ```
 */
export async function migrateOldLayout(
  root: RuntimeRoot,
  host: MigrationHost,
  { dryRun }: { readonly dryRun: boolean },
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const remedy of await findOldLayout(root, host)) {
    findings.push(await mend(remedy, dryRun));
  }
  return findings;
}

/** What is to be done about every process of the old layout. */
async function findOldLayout(root: RuntimeRoot, host: MigrationHost): Promise<Remedy[]> {
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

async function plan(root: RuntimeRoot, host: MigrationHost, files: OldFiles): Promise<Remedy> {
  const { name } = files;
  const what = {
    kind: "old-layout",
    name,
    path: files.meta ?? files.env ?? files.out ?? files.err ?? null,
    found: "a process of the old layout",
  } as const;
  const old = await gatherOldProcess(host.rootPath, files);
  const refusal = refuse(root, old);
  if (refusal !== undefined) {
    const apply = () => putAside(root, files, refusal);
    return { ...what, found: refusal, remedy: "moved to quarantine", apply };
  }
  const dropped = old.environment?.dropped ?? [];
  const notes = [
    old.live
      ? `pid ${old.live.pid} runs on`
      : old.unlike === undefined
      ? "it does not run"
      : unlikeText(old.unlike),
    ...dropped.length > 0 ? [`not UTF-8, so dropped: ${dropped.join(", ")}`] : [],
    ...old.damaged.map(({ path, reason }) => `${basename(path)}: ${reason}, so in quarantine`),
  ];
  const remedy = `taken over: ${notes.join("; ")}`;
  return { ...what, remedy, apply: () => migrate(root, host, old) };
}

function unlikeText(pid: number): string {
  return `pid ${pid} is not adopted: neither its logs, nor its command, nor its directory, nor its ` +
    "user are those of this process";
}

/** Why a process cannot be taken over, if it cannot. */
function refuse(root: RuntimeRoot, { files: { name }, meta, live, unlike }: OldProcess) {
  if (!isValidName(name)) return `${JSON.stringify(name)} is no name: ${NAME_RULE}`;
  if (isTaken(root, name)) return `the name '${name}' is taken by another process`;
  if (meta.command === null && !live) {
    const state = unlike === undefined ? "it does not run" : unlikeText(unlike);
    return `nothing tells its command: there is no readable .meta, and ${state}`;
  }
  return undefined;
}

/**
 * Takes a process over. `meta.json` is written last, with the intent `migrate`: killed before that,
 * the migration is done again; killed after it, it is finished.
 */
async function migrate(root: RuntimeRoot, host: MigrationHost, old: OldProcess): Promise<void> {
  const { files, meta: { tsm_id, restarts }, live, damaged } = old;
  const { name } = files;
  if (isTaken(root, name)) return putAside(root, files, `the name '${name}' has just been taken`);
  const paths = processPaths(root, name);
  const spec = specOf(old);
  // An interrupted migration has moved a log or has not: where it is in both places, the directory
  // is not ours, and is put aside instead of being written to.
  if (isPlainFile(paths.out) && files.out !== undefined && isPlainFile(files.out)) {
    quarantine(root, name, [paths.dir], "in the way of a migration, and without a meta.json");
  }
  Deno.mkdirSync(paths.dir, { recursive: true, mode: 0o700 });
  writeDifference(root, name, differenceToBase(root, old.environment?.variables));
  writeSpec(root, name, spec);
  for (const { path, reason } of damaged) quarantine(root, name, [path], reason);
  for (const [from, to] of [[files.out, paths.out], [files.err, paths.err]] as const) {
    if (from === undefined) continue;
    if (isPlainFile(from)) Deno.renameSync(from, to);
    else quarantine(root, name, [from], "its log is no plain file");
  }
  const { command, cwd, interpreter, port } = spec;
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
    env_file: envFileInMeta(spec),
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

/**
 * Moves all its files into quarantine, but for the pid file, which may belong to another process.
 */
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
