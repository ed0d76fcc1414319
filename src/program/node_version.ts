/**
 * Which node a program is run by, and what that can do.
 *
 * @module
 */
import { basename, resolve } from "@std/path/posix";
import { findProgram, resolveCommand, type ResolvedCommand } from "./command.ts";
import type { Environment } from "./environment.ts";

/** Milliseconds that a node may take to say its version. */
const PATIENCE = 10_000;

/** The first versions whose servers can share a port (node:net, `reusePort`), and what is newer. */
const FIRST_SHARING: Readonly<Record<number, number>> = { 22: 12, 23: 1 };

const NODE = /^node(js)?$/;

/** Programs that run scripts of a package by the node on the PATH. */
const NODE_WRAPPERS: readonly string[] = ["npm", "npx", "pnpm", "pnpx", "yarn", "nodemon", "tsx"];

/** What is to be run, as a start is asked for. */
export interface ProgramWanted {
  readonly words: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly env: Environment;
  readonly interpreter?: string | undefined;
  readonly shell?: string | null | undefined;
}

/** What a node says of itself: `22.12.0`, by its path and the directory it is run in. */
const versions = new Map<string, Promise<string | undefined>>();

/**
 * The version of the node that runs a program, where it is one whose servers cannot share a port.
 *
 * @returns `undefined` where it can, where node does not run it, and where that cannot be told.
 *
 * @example
 * ```ts
 * import { nodeWithoutSharing } from "./node_version.ts";
 *
 * const env = Deno.env.toObject();
 * await nodeWithoutSharing({ words: ["server.js"], cwd: "/srv/shop", env }); // "20.20.2"
 * ```
 */
export async function nodeWithoutSharing(wanted: ProgramWanted): Promise<string | undefined> {
  const path = nodeOf(wanted);
  if (path === undefined) return undefined;
  const version = await versionOf(path, wanted);
  return version !== undefined && !canShare(version) ? version : undefined;
}

/** Whether the servers of this version of node can share a port. */
export function canShare(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 23 || minor >= (FIRST_SHARING[major] ?? Infinity);
}

/** The node that runs a program, as far as its command line tells. */
function nodeOf(wanted: ProgramWanted): string | undefined {
  let resolved: ResolvedCommand;
  try {
    resolved = resolveCommand(wanted.words, wanted);
  } catch {
    // The start itself tells what is wrong.
    return undefined;
  }
  const { argv, interpreter } = resolved;
  const isShell = /^(ba|da|z)?sh$/.test(basename(argv[0]!)) && argv[1] === "-c";
  // Of a line of shell the first command is looked at.
  const program = (isShell ? /^\s*(["']?)(\S+)\1/.exec(argv[2]!)?.[2] : argv[0]) ?? "";
  if (NODE.test(basename(program))) {
    return program.includes("/") ? resolve(wanted.cwd, program) : findProgram(program, wanted);
  }
  const isRunByNode = NODE_WRAPPERS.includes(basename(program)) || NODE.test(interpreter ?? "");
  return isRunByNode ? findProgram("node", wanted) : undefined;
}

function versionOf(path: string, { cwd, env }: ProgramWanted): Promise<string | undefined> {
  // What stands in for node, as a manager of versions does, may choose by the directory.
  const key = `${path}\n${cwd}`;
  const known = versions.get(key) ?? askVersion(path, { cwd, env });
  versions.set(key, known);
  return known;
}

async function askVersion(
  path: string,
  { cwd, env }: Pick<ProgramWanted, "cwd" | "env">,
): Promise<string | undefined> {
  const { NODE_OPTIONS: _, ...others } = env;
  try {
    const { stdout } = await new Deno.Command(path, {
      args: ["--version"],
      cwd,
      env: others,
      clearEnv: true,
      stdin: "null",
      stderr: "null",
      signal: AbortSignal.timeout(PATIENCE),
    }).output();
    return /^v(\d+\.\d+\.\d+)/.exec(new TextDecoder().decode(stdout))?.[1];
  } catch {
    // A command that only looks has given up running programs.
    return undefined;
  }
}
