import { join, relative, resolve } from "@std/path/posix";
import { isThere } from "../files/path_info.ts";
import { joinWords } from "../program/shell_words.ts";
import { formatValue } from "../settings/table/format_value.ts";
import { partsOf } from "../settings/table/parts.ts";
import type { Setting } from "../settings/table/setting.ts";
import { SETTING_KEYS, SETTINGS } from "../settings/table/settings_table.ts";
import type { ValueType } from "../settings/table/value_type.ts";
import type { App } from "../settings/app.ts";
import { readConfig } from "./read_config.ts";

/** The names PM2 gives its files, in the order in which they are looked for. */
const NAMES = ["js", "cjs", "mjs"].map((extension) => `ecosystem.config.${extension}`)
  .concat(["ecosystem.json", "process.json"]);

/** What a PM2 file of a directory starts, in the words of `tsm.jsonc`. */
export interface Ecosystem {
  /** Its name. */
  readonly file: string;
  /** For each process its members of `tsm.jsonc`, by name. */
  readonly processes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What of the file cannot be carried over, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads the PM2 file of a directory.
 *
 * @param variables The environment of whoever asks.
 * @returns `undefined` if there is none.
 * @throws {Deno.errors.InvalidData} if it cannot be read as one.
 */
export async function readEcosystem(
  dir: string,
  variables: Readonly<Record<string, string>>,
): Promise<Ecosystem | undefined> {
  const file = NAMES.find((name) => isThere(join(dir, name)));
  if (file === undefined) return undefined;
  const { apps, problems, notes } = await readConfig(resolve(dir, file), { variables });
  const [problem] = problems;
  if (problem) {
    throw new Deno.errors.InvalidData(
      `Cannot read '${file}': ${problem.message}; 'tsm validate ${file}' tells more`,
    );
  }
  const processes = apps.map((app) => [app.name, membersOf(app, resolve(dir))] as const);
  return { file, processes: Object.fromEntries(processes), notes };
}

function membersOf(app: App, dir: string): Readonly<Record<string, unknown>> {
  const { words, cwd, interpreter, port, instances, explicit, settings } = app;
  const own = SETTING_KEYS.flatMap((key) => {
    const { type, inFile = key, isApart }: Setting = SETTINGS[key];
    const value = settings[key];
    if (value === undefined || value === null || inFile === null || isApart) return [];
    return [[inFile, inFileForm(type, value, dir)] as const];
  });
  return {
    command: words.length === 1 ? words[0] : joinWords(words),
    ...cwd === dir ? {} : { cwd: relative(dir, cwd) },
    ...interpreter === undefined ? {} : { interpreter },
    ...port === undefined ? {} : { port },
    ...instances === 1 ? {} : { instances },
    ...Object.keys(explicit).length === 0 ? {} : { env: explicit },
    ...Object.fromEntries(own),
  };
}

/** A value as a file has it: durations and sizes with their unit, paths from the file's directory on. */
function inFileForm(type: ValueType, value: unknown, dir: string): unknown {
  switch (type.kind) {
    case "duration":
    case "size":
      return formatValue(type, value);
    case "path":
      return relative(dir, value as string) || ".";
    case "list":
      return (value as readonly unknown[]).map((item) => inFileForm(type.of, item, dir));
    case "object":
    case "variant": {
      const parts = partsOf(type);
      return Object.fromEntries(
        Object.entries(value as object).map(([key, part]) => [
          key,
          Object.hasOwn(parts, key) ? inFileForm(parts[key]!.type, part, dir) : part,
        ]),
      );
    }
    default:
      return value;
  }
}
