/**
 * From the words a user typed to an argument vector that can be executed.
 *
 * @module
 */
import { basename, extname, isAbsolute, join, resolve } from "@std/path/posix";
import { isMissing } from "../files/is_missing.ts";
import { isDirectory, isFile as isPathOfFile } from "../files/path_info.ts";
import type { Environment } from "./environment.ts";
import { INTERPRETERS } from "./interpreters.ts";
import { checkShebang, isExecutable, isProgram, readHead, shebangOf } from "./script_head.ts";
import { joinWords, splitWords } from "./shell_words.ts";

/** A command that can be executed. */
export interface ResolvedCommand {
  /** As a user writes it; shown in `meta.json`. */
  readonly command: string;
  readonly argv: readonly string[];
  /** The program that interprets the script, if it is one: `node`, `python3` … */
  readonly interpreter: string | null;
  /** A name for it, from the script or the program; not checked against the name rule. */
  readonly name: string;
}

/** Where a command is looked for. */
export interface CommandContext {
  /** Absolute; the process's working directory. */
  readonly cwd: string;
  /** The process's own environment: its `PATH` counts. */
  readonly env: Environment;
  /** Runs the file instead of its shebang or extension; `none` runs it as it is. */
  readonly interpreter?: string | undefined;
  /** Runs a command line that only a shell understands; `/bin/sh` where it is not told. */
  readonly shell?: string | null | undefined;
}

const KNOWN_INTERPRETER =
  /^(node|nodejs|deno|bun|python[0-9.]*|pypy[0-9.]*|ruby|perl|php|lua|java|sh|bash|dash|zsh|ksh|fish|Rscript|julia|elixir)$/;

// POSIX, "Special Built-In Utilities", those that no program can be, and bash's name for `.`: a
// shell understands them.
const SHELL_BUILTIN =
  /^(:|\.|alias|bg|break|cd|command|continue|eval|exec|exit|export|fc|fg|getopts|hash|jobs|read|readonly|return|set|shift|source|times|trap|type|ulimit|umask|unalias|unset|wait)$/;

/**
 * Resolves the words of a start command.
 *
 * One word that is a file is run by its shebang or extension, one with blanks is
 * a command line, several are an argument vector. A command line that only a
 * shell understands, or that begins with one of its built-ins, is run by one.
 *
 * @throws {Deno.errors.NotFound} if the program or file is not there.
 * @throws {Deno.errors.InvalidData} if it cannot be executed.
 */
export function resolveCommand(
  words: readonly string[],
  context: CommandContext,
): ResolvedCommand {
  const [first] = words;
  if (first === undefined || first.trim() === "") {
    throw new Deno.errors.InvalidData("no command is given; example: tsm start 'node server.js'");
  }
  if (context.interpreter !== undefined && context.interpreter !== "none") {
    const isLine = words.length === 1 && !isFile(resolve(context.cwd, first));
    const line = isLine ? splitWords(first) : undefined;
    return resolveInterpreted(line ?? words, context.interpreter, context);
  }
  if (words.length > 1) return resolveVector(words, joinWords(words), context);
  if (isFile(resolve(context.cwd, first))) {
    return resolveScript(words, first, context);
  }
  if (!/\s/.test(first)) return resolveVector(words, first, context);
  const split = splitWords(first.trim());
  if (split && !isForShell(split[0]!, context)) return resolveVector(split, first.trim(), context);
  const spoken = split ?? first.trim().split(/\s+/);
  const name = scriptName(/^(exec|command)$/.test(spoken[0]!) ? spoken.slice(1) : spoken);
  const shell = shellOf(context);
  return { command: first.trim(), argv: [shell, "-c", first], interpreter: basename(shell), name };
}

/**
 * Checks that the shell of a process is there.
 *
 * @throws {Deno.errors.NotFound} if it is not.
 */
export function checkShell(context: CommandContext): void {
  shellOf(context);
}

/** Whether there is a file at `path`; of those that are asked for, most are missing. */
function isFile(path: string): boolean {
  return !isMissing(path) && isPathOfFile(path);
}

/** @throws {Deno.errors.NotFound} if the shell that was asked for is not there. */
function shellOf(context: CommandContext): string {
  const { shell } = context;
  if (!shell) return "/bin/sh";
  if (isRunnable(shell, context)) return shell;
  throw new Deno.errors.NotFound(
    `the shell '${shell}' is not on the process's PATH; install it, or leave '/bin/sh' to run ` +
      "the command line",
  );
}

/** Whether `program`, by its path or on the `PATH`, can be executed. */
function isRunnable(program: string, context: CommandContext): boolean {
  if (!program.includes("/")) return findProgram(program, context) !== undefined;
  const path = resolve(context.cwd, program);
  return isFile(path) && isExecutable(path);
}

/** Whether `word` is a built-in of the shell, and no program or file. */
function isForShell(word: string, context: CommandContext): boolean {
  return SHELL_BUILTIN.test(word) && findProgram(word, context) === undefined &&
    !isFile(join(context.cwd, word));
}

/**
 * Looks a program up as `execvp` does.
 *
 * @returns its path, or `undefined` if no directory of the `PATH` has it.
 */
export function findProgram(
  name: string,
  context: Pick<CommandContext, "cwd" | "env">,
): string | undefined {
  const path = context.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
  return path.split(":").map((dir) => resolve(context.cwd, dir || ".", name))
    .find((candidate) => isFile(candidate) && isExecutable(candidate));
}

function resolveVector(
  words: readonly string[],
  command: string,
  context: CommandContext,
): ResolvedCommand {
  const program = words[0]!;
  if (program.includes("/")) return resolveScript(words, command, context);
  if (findProgram(program, context) !== undefined) {
    return {
      command,
      argv: words,
      interpreter: knownInterpreter(program),
      name: scriptName(words),
    };
  }
  const beside = join(context.cwd, program);
  if (isFile(beside) || hasEntryPoint(beside)) return resolveScript(words, command, context);
  throw new Deno.errors.NotFound(
    `'${program}' is neither a program on its PATH nor a file in ${context.cwd}; ` +
      "check the spelling, or pass --cwd DIR",
  );
}

function resolveScript(
  words: readonly string[],
  command: string,
  context: CommandContext,
): ResolvedCommand {
  const [file, ...args] = words as [string, ...string[]];
  const path = resolve(context.cwd, file);
  if (hasEntryPoint(path) && findProgram("node", context) !== undefined) {
    return { ...resolveInterpreted(words, "node", context), command };
  }
  if (!isFile(path)) {
    throw new Deno.errors.NotFound(
      isDirectory(path)
        ? `'${path}' is a directory; name the program or script in it`
        : `there is no file '${path}'; check the spelling, or pass --cwd DIR`,
    );
  }
  const head = readHead(path);
  const shebang = head && shebangOf(head);
  const isBare = context.interpreter === "none";
  if (isExecutable(path) && (isBare || head === undefined || shebang || isProgram(head))) {
    if (head !== undefined) checkShebang(path, head);
    // A path, not a bare file name: that would be looked for on the PATH.
    const program = isAbsolute(file) || file.includes("/") ? file : path;
    const interpreter = shebang ? basename(shebang[0]!) : knownInterpreter(file);
    return { command, argv: [program, ...args], interpreter, name: scriptName(words) };
  }
  const interpreter = shebang?.join(" ") ?? interpreterFor(path, context);
  if (interpreter !== undefined && !isBare) {
    return { ...resolveInterpreted(words, interpreter, context), command };
  }
  throw new Deno.errors.InvalidData(
    isExecutable(path)
      ? `'${path}' says nowhere what runs it: it is no program, has no '#!' line, and its ` +
        "extension is none that tsm knows; begin it with '#!/bin/sh' or the like, or pass " +
        "--interpreter"
      : `'${path}' is not executable and has no known interpreter; ` +
        `make it executable ('chmod +x'), or pass --interpreter`,
  );
}

function resolveInterpreted(
  words: readonly string[],
  interpreter: string,
  context: CommandContext,
): ResolvedCommand {
  const [script, ...flags] = splitWords(interpreter) ?? [];
  if (script === undefined) {
    throw new Deno.errors.InvalidData(
      `the interpreter ${
        JSON.stringify(interpreter)
      } is no program; example: --interpreter 'deno run -A'`,
    );
  }
  if (!isRunnable(script, context)) {
    throw new Deno.errors.NotFound(
      `the interpreter '${script}' is not on the process's PATH; install it, or pass --interpreter`,
    );
  }
  const [name, ...args] = words as [string, ...string[]];
  const path = resolve(context.cwd, name);
  // Of what is no file here, a bare name is looked for on the PATH, as PM2 does: `npm` by node.
  const onPath = isFile(path) || name.includes("/") ? undefined : findProgram(name, context);
  if (
    !isFile(path) && onPath === undefined &&
    !(KNOWS_DIRECTORIES.test(script) && hasEntryPoint(path))
  ) {
    throw new Deno.errors.NotFound(
      `there is no file '${resolve(context.cwd, words[0]!)}' for ${script} to run; ` +
        "check the spelling, or pass --cwd DIR",
    );
  }
  return {
    command: joinWords(words),
    argv: [script, ...flags, onPath ?? name, ...args],
    interpreter: basename(script),
    name: scriptName([words[0]!]),
  };
}

/** Programs that find out by themselves which file of a directory to run. */
const KNOWS_DIRECTORIES = /(^|\/)(node|nodejs|bun)$/;

/** Whether it is a directory that node runs: it has an index, or a package that names a file. */
function hasEntryPoint(path: string): boolean {
  if (!isDirectory(path)) return false;
  return ["index.js", "package.json"].some((name) => isFile(join(path, name)));
}

/** Whether a file says by itself what runs it: it is a program, or has a `#!` line. */
export function saysWhatRunsIt(path: string): boolean {
  const head = readHead(path);
  return head === undefined || isProgram(head) || shebangOf(head) !== undefined;
}

/** What runs a file by its extension; the first choice, where none of the programs is there. */
export function interpreterFor(
  path: string,
  context: Pick<CommandContext, "cwd" | "env">,
): string | undefined {
  const candidates = INTERPRETERS[extname(path)] ?? [];
  const found = candidates.find((candidate) =>
    findProgram(candidate.split(" ")[0]!, context) !== undefined
  );
  return found ?? candidates[0];
}

/** A name for the process: the script an interpreter is given, else the program. */
function scriptName(words: readonly string[]): string {
  const [program = "", script] = words;
  const base = knownInterpreter(program) && script && !script.startsWith("-") ? script : program;
  const name = basename(base);
  const stem = extname(name) in INTERPRETERS ? name.slice(0, -extname(name).length) : name;
  return stem.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 64);
}

/** The name of a program that is known to interpret scripts, or `null`. */
function knownInterpreter(program: string): string | null {
  return KNOWN_INTERPRETER.test(basename(program)) ? basename(program) : null;
}
