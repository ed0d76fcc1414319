/**
 * `Procfile`, as Heroku and foreman have it.
 *
 * Format: `name: command line` a line; blank lines and lines that begin with `#` are left out.
 * `PORT` is 5000 for the first, 5100 for the second, and so on; a `PORT` in the `.env` beside it or
 * in the environment is the first one's. Each instance has the next one.
 *
 * Source: ddollar.github.io/foreman, "Port".
 *
 * @module
 */
import { dirname, join } from "@std/path/posix";
import { isThere } from "../files/path_info.ts";
import { readEnvFile } from "../program/env_file.ts";
import { isValidName, NAME_RULE } from "../root.ts";
import type { App, ConfigFile } from "../settings/app.ts";
import type { Problem } from "../document/node.ts";

const FIRST_PORT = 5000;
/** So many instances has each a port for. */
const PORTS_EACH = 100;
const MAX_PORT = 65_535;

/**
 * Makes apps of the lines of a Procfile.
 *
 * @param variables The environment that `PORT` is taken from.
 */
export function readProcfile(
  path: string,
  text: string,
  variables: Readonly<Record<string, string>>,
): ConfigFile {
  const dir = dirname(path);
  const apps: App[] = [];
  const names = new Set<string>();
  const problems: Problem[] = [];
  const notes: string[] = [];
  const envFile = join(dir, ".env");
  const settings = isThere(envFile) ? { env_file: envFile } : {};
  const firstPort = firstPortOf(envFile, variables);
  let offset = 0;
  for (const line of text.split("\n")) {
    const span = { offset, length: line.trimEnd().length };
    offset += line.length + 1;
    const content = line.trim();
    if (content === "" || content.startsWith("#")) continue;
    const match = /^([^\s:]+)\s*:\s*(.*)$/.exec(content);
    const [, name = "", command = ""] = match ?? [];
    const port = firstPort + apps.length * PORTS_EACH;
    const refuse = (message: string) => problems.push({ message, path: name, span });
    if (!match) refuse(`expected 'name: command', found ${JSON.stringify(content)}`);
    else if (command === "") refuse(`'${name}' has no command`);
    else if (!isValidName(name)) refuse(`${JSON.stringify(name)} cannot be a name: ${NAME_RULE}`);
    else if (name === "release") notes.push("release: runs once when an app is released; left out");
    else if (names.has(name)) refuse(`'${name}' is there twice`);
    else {
      // Told of the first one only: all behind it are beyond as well.
      if (port > MAX_PORT && port - PORTS_EACH <= MAX_PORT) {
        refuse(`the PORT of '${name}' would be ${port}; begin with a PORT lower than ${firstPort}`);
      }
      names.add(name);
      apps.push({
        name,
        words: [command],
        cwd: dir,
        instances: 1,
        increment: 1,
        explicit: {},
        counters: { PORT: String(port) },
        settings,
        node: { kind: "scalar", value: command, path: name, span },
      });
    }
  }
  if (apps.length === 0 && problems.length === 0) {
    problems.push({ message: "it lists no process", path: "", span: undefined });
  }
  return { path, text, apps, problems, notes };
}

function firstPortOf(envFile: string, variables: Readonly<Record<string, string>>): number {
  const port = Number(portIn(envFile) ?? variables.PORT ?? FIRST_PORT);
  return Number.isInteger(port) && port > 0 && port <= MAX_PORT ? port : FIRST_PORT;
}

function portIn(envFile: string): string | undefined {
  try {
    return readEnvFile(envFile).findLast(({ name }) => name === "PORT")?.text;
  } catch {
    // There is none, or what is wrong with it is told when the apps are checked.
    return undefined;
  }
}
