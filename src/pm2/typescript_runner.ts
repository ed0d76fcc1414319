/**
 * What runs a script in TypeScript: as PM2 7 has it, bun, or a node that strips types.
 *
 * @module
 */
import { extname } from "@std/path/posix";
import { findProgram } from "../program/command.ts";
import type { Pm2App } from "./pm2_app.ts";

/** How the programs of this machine take TypeScript. */
export interface TypeScriptRunners {
  readonly bun: boolean;
  readonly deno: boolean;
  /** `flag`: only if `--experimental-strip-types` asks for it. */
  readonly node: "native" | "flag" | "none";
}

/** What runs a script, and what is to be said of it. */
export interface ChosenRunner {
  /** `undefined`: what tsm runs such a file by anyway. */
  readonly interpreter?: string;
  readonly note?: string;
  /** Why nothing runs it. */
  readonly problem?: string;
}

/** Whether nothing but its name says what runs a script, and that it is TypeScript. */
export function isPlainTypeScript({ script = "", interpreter }: Pm2App): boolean {
  return interpreter === undefined && !script.includes(" ") &&
    /^\.[cm]?tsx?$/.test(extname(script));
}

/**
 * Finds out what runs TypeScript here. Where this command may run no program, a node is taken to
 * be new enough.
 *
 * @param variables The environment, with the `PATH`.
 */
export async function findTypeScriptRunners(
  variables: Readonly<Record<string, string>>,
): Promise<TypeScriptRunners> {
  const find = (name: string) => findProgram(name, { cwd: "/", env: variables });
  const node = find("node");
  return {
    bun: find("bun") !== undefined,
    deno: find("deno") !== undefined,
    node: node === undefined ? "none" : await stripsTypes(node),
  };
}

/**
 * Chooses what runs a script in TypeScript.
 *
 * @example
 * ```ts
 * import { chooseRunner } from "./typescript_runner.ts";
 *
 * chooseRunner("app.ts", { bun: false, deno: false, node: "native" }); // { interpreter: "node" }
 * ```
 */
export function chooseRunner(script: string, runners: TypeScriptRunners): ChosenRunner {
  const extension = extname(script);
  const isForBun = extension === ".ts" || extension === ".tsx";
  if (isForBun && runners.bun) return { interpreter: "bun" };
  if (extension !== ".tsx" && runners.node !== "none") {
    const flag = runners.node === "flag" ? " --experimental-strip-types" : "";
    return { interpreter: `node${flag}` };
  }
  const wanted = extension === ".tsx" ? "bun" : isForBun ? "bun or node 22.18" : "node 22.18";
  return runners.deno ? { note: `PM2 gives it to ${wanted}, which is not here: deno runs it` } : {
    problem: `TypeScript takes ${wanted}, and none is on the PATH; install it, or name what ` +
      "runs it, as in interpreter: 'ts-node'",
  };
}

async function stripsTypes(node: string): Promise<TypeScriptRunners["node"]> {
  if (Deno.permissions.querySync({ name: "run" }).state !== "granted") return "native";
  try {
    const signal = AbortSignal.timeout(10_000);
    const { stdout } = await new Deno.Command(node, { args: ["--version"], signal }).output();
    const [major = 0, minor = 0] = new TextDecoder().decode(stdout).replace("v", "").split(".")
      .map(Number);
    const isAtLeast = (first: number, second: number) =>
      major > first || major === first && minor >= second;
    if (isAtLeast(23, 6) || major === 22 && minor >= 18) return "native";
    return isAtLeast(22, 6) ? "flag" : "none";
  } catch {
    return "none";
  }
}
