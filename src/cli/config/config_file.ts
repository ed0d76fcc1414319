import { relative } from "@std/path/posix";
import type { App, ConfigFile } from "../../settings/app.ts";
import { appsCalled, checkApps, checkSurroundings } from "../../config/check_apps.ts";
import { formatProblems, placeOf } from "../../document/format_problems.ts";
import { boundProblems, type Problem } from "../../document/node.ts";
import { readConfig } from "../../config/read_config.ts";
import { withContext } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { givenEnvironment } from "../../program/own_environment.ts";
import type { Arguments } from "../parse/arguments.ts";
import { STDIN } from "./config_path.ts";
import { resolveHere, workingDirectory } from "../parse/working_directory.ts";

/** A problem as programs are told of it. */
export interface PlacedProblem {
  readonly file: string;
  /** From 1; `null` where it has no place of its own. */
  readonly line: number | null;
  readonly column: number | null;
  /** Where in words; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/**
 * Reads a file that lists processes and finds all that is wrong with it.
 *
 * @param path As the user gave it; `-` is standard input.
 * @param action What was asked, for messages.
 * @param text What is in it, where it is not to be read.
 * @throws {Deno.errors.NotFound} if there is no such file.
 */
export async function readAndCheck(
  path: string,
  action: string,
  envName: string | undefined,
  text?: string,
): Promise<ConfigFile> {
  const variables = givenEnvironment();
  try {
    const options = {
      variables,
      envName,
      shellDir: workingDirectory(),
      ...text === undefined ? {} : { text },
    };
    const file = path === STDIN
      // Its paths begin in the working directory; it is read as a file of JSON is.
      ? await readConfig(resolveHere("stdin.json"), { ...options, text: await readStdin() })
      : await readConfig(resolveHere(path), options);
    // The next checks are for a file that could be read as a whole: they would report the same
    // problems again.
    if (file.problems.length > 0) return { ...file, problems: boundProblems(file.problems) };
    const problems = [...checkApps(file.apps), ...await checkSurroundings(file.apps, variables)];
    return { ...file, problems: boundProblems(problems) };
  } catch (error) {
    throw withContext(`Cannot ${action} '${path}'`, error);
  }
}

async function readStdin(): Promise<string> {
  const text = await new Response(Deno.stdin.readable).text();
  if (text.trim() !== "") return text;
  throw new Deno.errors.InvalidData(
    'standard input is empty; example: echo \'{ "apps": [{ "script": "app.js" }] }\' | tsm start -',
  );
}

/**
 * Reads a file that lists processes.
 *
 * @throws {Deno.errors.InvalidData} with all that is wrong with it, each with its place.
 */
export async function loadConfig(
  path: string,
  action: string,
  args: Arguments,
): Promise<ConfigFile> {
  return withoutProblems(await readAndCheck(path, action, args.get("env-name")), path, action);
}

/**
 * Reads the text of a file that lists processes and is not there itself.
 *
 * @param path What it would be called, absolute: its paths begin there.
 * @throws {Deno.errors.InvalidData} with all that is wrong with it, each with its place.
 */
export async function loadConfigText(
  path: string,
  text: string,
  action: string,
): Promise<ConfigFile> {
  return withoutProblems(await readAndCheck(path, action, undefined, text), path, action);
}

function withoutProblems(file: ConfigFile, path: string, action: string): ConfigFile {
  if (file.problems.length === 0) return file;
  throw new Deno.errors.InvalidData(
    [
      `Cannot ${action} '${path}': ${countProblems(file.problems)}`,
      ...formatProblems(shownPath(file), file.text, file.problems),
    ].join("\n"),
  );
}

/** Says how much is wrong. */
export function countProblems({ length }: readonly Problem[]): string {
  return length === 1 ? "something is wrong with it" : `${length} things are wrong with it`;
}

/** The path of the file, relative to the working directory unless it is further up than its parent. */
export function shownPath({ path }: ConfigFile): string {
  const here = relative(workingDirectory(), path);
  return here.startsWith("../../") || here === "" ? path : here;
}

/** The problems of a file, for programs. */
export function placeProblems(file: ConfigFile): readonly PlacedProblem[] {
  return file.problems.map(({ message, path, span }) => {
    const place = span && placeOf(file.text, span);
    return {
      file: file.path,
      line: place?.line ?? null,
      column: place?.column ?? null,
      path,
      message,
    };
  });
}

/**
 * The apps that `--only` names, with what they depend on; all of them without it.
 *
 * @throws {Deno.errors.NotFound} if the file has no such process.
 */
export function selectApps(
  { path, apps }: ConfigFile,
  only: string | undefined,
  action: string,
): readonly App[] {
  if (only === undefined) return apps;
  const chosen = new Set<App>();
  const choose = (app: App) => {
    if (chosen.has(app)) return;
    chosen.add(app);
    for (const word of Object.keys(app.settings.depends_on ?? {})) {
      appsCalled(word, apps).forEach(choose);
    }
  };
  for (const word of only.split(",").map((word) => word.trim()).filter(Boolean)) {
    const found = appsCalled(word, apps);
    if (found.length === 0) {
      const names = apps.map(({ name }) => name);
      const meant = nearest(word, names);
      const hint = meant ? `did you mean '${meant}'?` : `there are ${names.join(", ")}`;
      throw new Deno.errors.NotFound(
        `Cannot ${action} '${word}': '${path}' has no such process; ${hint}`,
      );
    }
    found.forEach(choose);
  }
  return apps.filter((app) => chosen.has(app));
}
