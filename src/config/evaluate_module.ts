/**
 * The value of a configuration file that is a program, got with no more permissions than
 * this command line has.
 *
 * @module
 */
import * as path from "@std/path/posix";
import { messageOf } from "../errors.ts";
import { isFile } from "../files/path_info.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { givenEnvironment } from "../program/own_environment.ts";

/** What is wrong with a program that exports no value. */
export class NotEvaluated extends Error {}

/** It wants something that only Node has. */
class NeedsNode extends Error {}

/** What the files that this command has evaluated export: each is evaluated once. */
const evaluated = new Map<string, Promise<unknown>>();

/**
 * Evaluates a CommonJS or ES module and returns what it exports.
 *
 * Plain CommonJS is run here: it has `module`, `exports`, `__dirname`, `process.env`, and
 * `require` of `path`, `os`, `url`, JSON and other plain files. What needs more is run by
 * `node`, where there is one and this command still has the permission to run programs.
 *
 * It is a program with the rights of whoever runs tsm, and nothing here confines it.
 *
 * @throws {NotEvaluated} saying why, and what to do.
 */
export function evaluateModule(file: string, text: string): Promise<unknown> {
  const present = evaluated.get(file) ?? evaluate(file, text);
  evaluated.set(file, present);
  return present;
}

async function evaluate(file: string, text: string): Promise<unknown> {
  const wanted = wantedOfNode(text);
  // Not begun here and then run once more from its beginning.
  if (wanted !== undefined && mayRun() && hasNode()) return await evaluateByNode(file, wanted);
  try {
    return await evaluateHere(file, text);
  } catch (error) {
    if (error instanceof NotEvaluated) throw error;
    if (!(error instanceof NeedsNode)) {
      throw new NotEvaluated(`it cannot be evaluated: ${messageOf(error)}`);
    }
    return await evaluateByNode(file, error.message);
  }
}

/** What of Node a text plainly asks for: a library, or one of Node's own that is not here. */
function wantedOfNode(text: string): string | undefined {
  const code = text.replace(/^\s*(\/\/|\*).*$/gm, "");
  for (const [, , name = ""] of code.matchAll(/\brequire\(\s*(["'])([^"']+)\1\s*\)/g)) {
    if (!BUILTIN.test(name) && !/^[./]/.test(name)) return `it requires '${name}'`;
  }
  return undefined;
}

const BUILTIN = /^(node:)?(path|path\/posix|os|url)$/;

function mayRun(): boolean {
  return Deno.permissions.querySync({ name: "run" }).state === "granted";
}

/** Whether there is a `node` on the PATH. */
function hasNode(): boolean {
  const directories = (givenEnvironment()["PATH"] ?? "").split(":");
  return directories.some((directory) => isFile(`${directory}/node`));
}

async function evaluateHere(file: string, text: string): Promise<unknown> {
  // A compiled tsm imports no TypeScript from the disk.
  if (isTypeScript(file)) throw new NeedsNode("it is TypeScript");
  const esModule = esModuleReason(file);
  if (esModule !== undefined) {
    refuseCommonJs(file, text, esModule);
    return await importModule(file);
  }
  try {
    return await settled(new CommonJs().evaluate(file, text));
  } catch (error) {
    // A '.js' may be either: a SyntaxError tells that it is no CommonJS.
    const isModule = error instanceof SyntaxError && !file.endsWith(".cjs") &&
      /^\s*(import|export)\b/m.test(text);
    if (isModule) return await importModule(file);
    throw error;
  }
}

function isTypeScript(file: string): boolean {
  return /^\.[cm]?ts$/.test(path.extname(file));
}

/** Why Node would take it for an ES module: its name or the next `package.json`; else `undefined`. */
function esModuleReason(file: string): string | undefined {
  if (/\.m[jt]s$/.test(file)) return `its name ends in ${path.extname(file)}`;
  if (/\.c[jt]s$/.test(file)) return undefined;
  for (let dir = path.dirname(file);; dir = path.dirname(dir)) {
    const manifest = path.join(dir, "package.json");
    const text = readTextIfThere(manifest);
    if (text !== undefined) {
      return /"type"\s*:\s*"module"/.test(text) ? `${manifest} has "type": "module"` : undefined;
    }
    if (path.dirname(dir) === dir) return undefined;
  }
}

/** Refuses an ES module that is written as CommonJS: it would export nothing, or fail oddly. */
function refuseCommonJs(file: string, text: string, esModule: string): void {
  if (!/^\s*(module\.exports|exports\.\w+)\s*[.=]/m.test(text) || /^\s*export\b/m.test(text)) {
    return;
  }
  const name = path.basename(file);
  throw new NotEvaluated(
    `it is an ES module, as ${esModule}, but is written as CommonJS (module.exports); ` +
      `rename it to '${name.replace(/\.[a-z]+$/, ".cjs")}', or write 'export default' in it`,
  );
}

async function importModule(file: string): Promise<unknown> {
  try {
    const url = new URL(`file://${file.split("/").map(encodeURIComponent).join("/")}`);
    const loaded = await import(url.href) as Record<string, unknown>;
    return await settled(loaded["default"] ?? { ...loaded });
  } catch (error) {
    if (error instanceof SyntaxError) throw error;
    throw new NeedsNode(messageOf(error));
  }
}

/** A module exports a value, a promise of one, or a function that returns one. */
async function settled(value: unknown): Promise<unknown> {
  const exported = await value;
  const isModule = typeof exported === "object" && exported !== null && "default" in exported &&
    "__esModule" in exported;
  const given = isModule ? exported.default : exported;
  return typeof given === "function" ? await given() : given;
}

interface Module {
  exports: unknown;
}

/** Evaluates plain CommonJS. */
class CommonJs {
  readonly #modules = new Map<string, Module>();

  evaluate(file: string, text: string): unknown {
    const known = this.#modules.get(file);
    if (known) return known.exports;
    const module: Module = { exports: {} };
    this.#modules.set(file, module);
    const values: Readonly<Record<string, unknown>> = {
      module,
      exports: module.exports,
      require: (name: unknown) => this.#require(String(name), file),
      __filename: file,
      __dirname: path.dirname(file),
      process: plainProcess(),
      global: {},
      // Hides tsm's own global from the file, as PM2 has none either. It is no protection:
      // `globalThis` has it.
      Deno: undefined,
    };
    const source = text.replace(/^#!.*/, "");
    let run: (...values: unknown[]) => void;
    try {
      run = new Function(...Object.keys(values), `${source}\n//# sourceURL=${file}`) as typeof run;
    } catch (error) {
      if (error instanceof SyntaxError) throw new SyntaxError(error.message);
      throw error;
    }
    try {
      run.apply(module.exports, Object.values(values));
    } catch (error) {
      if (error instanceof NeedsNode || !isForeign(error)) throw error;
      throw new NeedsNode(messageOf(error));
    }
    return module.exports;
  }

  #require(name: string, from: string): unknown {
    const builtin = name.replace(/^node:/, "");
    if (builtin === "path" || builtin === "path/posix") return plainPath();
    if (builtin === "os") return plainOs();
    if (builtin === "url") return { URL, URLSearchParams, fileURLToPath: path.fromFileUrl };
    if (!name.startsWith(".") && !name.startsWith("/")) {
      throw new NeedsNode(`it requires '${name}'`);
    }
    const base = path.resolve(path.dirname(from), name);
    for (const ending of ["", ".js", ".cjs", ".json", "/index.js"]) {
      const file = base + ending;
      const text = isFile(file) ? readTextIfThere(file) : undefined;
      if (text === undefined) continue;
      if (file.endsWith(".json")) return JSON.parse(text);
      if (/\.c?js$/.test(file)) return this.evaluate(file, text);
    }
    throw new NeedsNode(`it requires '${name}'`);
  }
}

/**
 * Whether it may have failed because something of Node is missing: then Node runs it, and tells
 * what is wrong.
 */
function isForeign(error: unknown): boolean {
  return error instanceof ReferenceError || error instanceof TypeError;
}

function plainProcess() {
  return {
    env: { ...givenEnvironment() },
    cwd: () => Deno.cwd(),
    argv: ["node", "pm2"],
    platform: Deno.build.os,
    arch: Deno.build.arch === "x86_64" ? "x64" : "arm64",
    version: "v20.0.0",
    versions: { node: "20.0.0" },
    pid: Deno.pid,
  };
}

function plainPath() {
  const { basename, dirname, extname, isAbsolute, join, relative, resolve } = path;
  const normalize = (text: string) => join(text);
  const sep = "/";
  const plain = { basename, dirname, extname, isAbsolute, join, normalize, relative, resolve, sep };
  return { ...plain, posix: plain };
}

function plainOs() {
  return {
    cpus: () => Array.from({ length: navigator.hardwareConcurrency }, () => ({})),
    availableParallelism: () => navigator.hardwareConcurrency,
    homedir: () => Deno.env.get("HOME") ?? "/",
    tmpdir: () => Deno.env.get("TMPDIR") ?? "/tmp",
    platform: () => Deno.build.os,
    EOL: "\n",
  };
}

const MARK = "\u0001tsm\u0001";

// The value is printed between two marks: what the file itself prints must not be taken for it.
const BY_NODE = `
const file = process.argv[1];
const url = require("url").pathToFileURL(file).href;
const load = async () => {
  try { return require(file); } catch (error) {
    const isForImport = ["ERR_REQUIRE_ESM", "ERR_UNKNOWN_FILE_EXTENSION"].includes(error.code);
    if (!isForImport && !(error instanceof SyntaxError)) throw error;
    const loaded = await import(url);
    return loaded.default ?? { ...loaded };
  }
};
load().then((value) => value && value.__esModule && value.default ? value.default : value)
  .then((value) => typeof value === "function" ? value() : value)
  .then((value) => process.stdout.write("${MARK}" + JSON.stringify(value) + "${MARK}\\n"))
  .catch((error) => { process.stderr.write(String(error && error.message || error)); process.exitCode = 1; });
`;

async function evaluateByNode(file: string, reason: string): Promise<unknown> {
  if (!mayRun()) {
    throw new NotEvaluated(
      `it needs Node (${reason}), and this command runs no program unless it is told to: add ` +
        "--node, which runs the file with all your rights, or write it as plain data",
    );
  }
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command("node", {
      args: ["-e", BY_NODE, "--", file],
      stdin: "null",
      signal: AbortSignal.timeout(60_000),
    }).output();
  } catch {
    throw new NotEvaluated(
      `it needs Node (${reason}), and no 'node' is on the PATH; install it, or write the file as plain data`,
    );
  }
  const said = new TextDecoder().decode(output.stdout).split(MARK)[1];
  if (said !== undefined) return said === "undefined" ? undefined : JSON.parse(said);
  const error = new TextDecoder().decode(output.stderr).trim().split("\n")[0];
  const hint = isTypeScript(file) ? " (TypeScript takes node 22.18 or newer)" : "";
  throw new NotEvaluated(
    `node cannot evaluate it${hint}: ${error || `it ended with ${output.code}`}`,
  );
}
