import { readPlainText } from "../files/read_text.ts";
import { basename } from "@std/path/posix";
import { messageOf } from "../errors.ts";
import type { App, ConfigFile, ReadOptions } from "../settings/app.ts";
import { member, type Node, nodeOf, type Problem } from "../document/node.ts";
import { readQuickly } from "../document/read_quickly.ts";

/** Processes that a file may list, each instance counted: no supervisor takes more at once. */
const MAX_PROCESSES = 10_000;

/** Aliases times characters. */
const MAX_ALIASED = 20_000_000;

/** What reading a kind of file returns. */
interface Reading {
  readonly apps: readonly App[];
  readonly problems: readonly Problem[];
  readonly notes?: readonly string[];
}

/**
 * Reads a file that lists processes: `tsm.jsonc`, a Procfile, or one of PM2's. What is
 * wrong with it is in its `problems`.
 *
 * @param path Absolute.
 * @throws {Deno.errors.NotFound} if there is no such file.
 * @throws {Deno.errors.InvalidData} if it cannot be read.
 */
export async function readConfig(path: string, options: ReadOptions): Promise<ConfigFile> {
  const text = options.text ?? readText(path);
  const name = basename(path);
  if (/^Procfile/.test(name)) {
    const { readProcfile } = await import("./procfile.ts");
    return refuseMany(readProcfile(path, text, options.variables));
  }
  const reading = await readTree(path, text, options);
  return refuseMany({ path, text, notes: [], ...reading });
}

/** Refuses a file that lists too many processes. */
function refuseMany(file: ConfigFile): ConfigFile {
  const count = file.apps.reduce((sum, { instances }) => sum + instances, 0);
  if (count <= MAX_PROCESSES) return file;
  const message = `it lists ${count} processes, where ${MAX_PROCESSES} are the maximum`;
  return { ...file, apps: [], problems: [{ message, path: "", span: undefined }] };
}

async function readTree(path: string, text: string, options: ReadOptions): Promise<Reading> {
  let node: Node | undefined;
  let problems: readonly Problem[];
  try {
    ({ node, problems } = await parse(path, text, options.quick === true));
  } catch (error) {
    const told = error instanceof RangeError ? new Error("nested too deeply") : error;
    problems = [problemOf(told, text)];
  }
  if (node === undefined || problems.length > 0) return { apps: [], problems };
  return await readNode(path, node, options);
}

async function readNode(path: string, node: Node, options: ReadOptions): Promise<Reading> {
  if (isTsmFile(path, node)) {
    const { readTsmFile } = await import("./tsm_file.ts");
    return readTsmFile(path, node, options);
  }
  const { readPm2File } = await import("../pm2/pm2_file.ts");
  return await readPm2File(path, node, options);
}

function isTsmFile(path: string, node: Node): boolean {
  const name = basename(path);
  if (/^(.*\.)?tsm\.jsonc?$/.test(name)) return true;
  if (!/\.jsonc?$/.test(name)) return false;
  return member(node, "processes") !== undefined ||
    name.endsWith(".jsonc") && member(node, "apps") === undefined;
}

interface Parsed {
  readonly node: Node | undefined;
  readonly problems: readonly Problem[];
}

async function parse(path: string, text: string, isQuick: boolean): Promise<Parsed> {
  if (/\.[cm]?[jt]s$/.test(path)) {
    const { evaluateModule } = await import("./evaluate_module.ts");
    return { node: nodeOf(await evaluateModule(path, text)), problems: [] };
  }
  if (/\.ya?ml$/.test(path)) {
    refuseManyAliases(text);
    const { parse } = await import("@std/yaml");
    return { node: nodeOf(parse(text)), problems: [] };
  }
  const value = isQuick ? readQuickly(text) : undefined;
  if (value !== undefined) return { node: nodeOf(value), problems: [] };
  const { readJsonc } = await import("../document/read_jsonc.ts");
  const read = readJsonc(text);
  const mayBeJson5 = /\.(json|json5)$/.test(path) && !/tsm\.json$/.test(path);
  if (read.problems.length === 0 || !mayBeJson5) return read;
  const json5 = (await import("json5")).default;
  try {
    return { node: nodeOf(json5.parse(text)), problems: [] };
  } catch (error) {
    return path.endsWith(".json5") ? { node: undefined, problems: [problemOf(error, text)] } : read;
  }
}

/**
 * Refuses a text of YAML whose parsing would take for ever: each alias that is merged (`<<`) may
 * copy as many keys as the text has.
 */
function refuseManyAliases(text: string): void {
  const aliases = text.match(/(?<=^|[\s,[{:])\*[^\s,\]}]/gm)?.length ?? 0;
  if (aliases * text.length <= MAX_ALIASED) return;
  throw new Deno.errors.InvalidData(`it has ${aliases} aliases, too many for a file of its size`);
}

/** What a parser has to say of a text, where it says so. */
function problemOf(error: unknown, text: string): Problem {
  const message = messageOf(error);
  const told = error as { lineNumber?: number; columnNumber?: number };
  const inWords = / at line (\d+), column (\d+)/.exec(message);
  const line = told.lineNumber ?? Number(inWords?.[1]);
  const column = told.columnNumber ?? Number(inWords?.[2]);
  const [first = message] = message.split("\n");
  const short = first.replace(/ at line \d+, column \d+:?|^JSON5: | at \d+:\d+$/g, "");
  if (!Number.isInteger(line) || !Number.isInteger(column)) {
    return { message: short, path: "", span: undefined };
  }
  const before = text.split("\n").slice(0, line - 1).join("\n").length;
  const offset = Math.min(text.length, before + (line > 1 ? 1 : 0) + Math.max(0, column - 1));
  return { message: short, path: "", span: { offset, length: 1 } };
}

function readText(path: string): string {
  try {
    return readPlainText(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new Deno.errors.NotFound("there is no such file; 'tsm init > tsm.jsonc' makes one");
    }
    throw new Deno.errors.InvalidData(messageOf(error));
  }
}
