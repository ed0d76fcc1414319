import type { ConfigFile } from "../../src/settings/app.ts";
import { checkApps } from "../../src/config/check_apps.ts";
import { formatProblems } from "../../src/document/format_problems.ts";
import { readConfig } from "../../src/config/read_config.ts";
import { TemporaryRoot } from "../temporary_root.ts";

/** The environment that files are read with. */
export const VARIABLES: Readonly<Record<string, string>> = {
  HOME: "/home/u",
  PATH: "/usr/bin:/bin",
  DB_PORT: "5433",
};

/** Reads a text as the file `name` in a directory of its own; `files` lie beside it. */
export async function readText(
  name: string,
  text: string,
  { envName, files = {}, variables = VARIABLES }: {
    envName?: string;
    files?: Readonly<Record<string, string>>;
    variables?: Readonly<Record<string, string>>;
  } = {},
): Promise<ConfigFile & { readonly dir: string }> {
  using temporary = new TemporaryRoot();
  for (const [path, content] of Object.entries(files)) temporary.write(path, content);
  const file = await readConfig(temporary.write(name, text), { variables, envName });
  const problems = file.problems.length > 0 ? file.problems : checkApps(file.apps);
  return { ...file, problems, dir: temporary.work };
}

/** What is said of a text read as the file `name`. */
export async function problemsOf(name: string, text: string): Promise<readonly string[]> {
  const file = await readText(name, text);
  return formatProblems(name, text, file.problems);
}
