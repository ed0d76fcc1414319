/**
 * `Procfile`, as Heroku and foreman have it.
 *
 * Format: `name: command line` a line; blank lines and lines that begin with `#` are left out.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import { isThere } from "../files/path_info.ts";
import { isValidName, NAME_RULE } from "../root.ts";
import type { App, ConfigFile } from "../settings/app.ts";
import type { Problem } from "../document/node.ts";

/** Makes apps of the lines of a Procfile. */
export function readProcfile(path: string, text: string): ConfigFile {
  const dir = dirname(path);
  const apps: App[] = [];
  const problems: Problem[] = [];
  const notes: string[] = [];
  const envFile = join(dir, ".env");
  const settings = isThere(envFile) ? { env_file: envFile } : {};
  let offset = 0;
  for (const line of text.split("\n")) {
    const span = { offset, length: line.trimEnd().length };
    offset += line.length + 1;
    const content = line.trim();
    if (content === "" || content.startsWith("#")) continue;
    const match = /^([^\s:]+)\s*:\s*(.*)$/.exec(content);
    const [, name = "", command = ""] = match ?? [];
    const refuse = (message: string) => problems.push({ message, path: name, span });
    if (!match) refuse(`expected 'name: command', found ${JSON.stringify(content)}`);
    else if (command === "") refuse(`'${name}' has no command`);
    else if (!isValidName(name)) refuse(`${JSON.stringify(name)} cannot be a name: ${NAME_RULE}`);
    else if (name === "release") notes.push("release: runs once when an app is released; left out");
    else if (apps.some((app) => app.name === name)) refuse(`'${name}' is there twice`);
    else {
      apps.push({
        name,
        words: [command],
        cwd: dir,
        instances: 1,
        increment: 1,
        explicit: {},
        counters: {},
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
