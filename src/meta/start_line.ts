import { joinWords } from "../program/shell_words.ts";
import { formatMapFlag, formatValue } from "../settings/table/format_value.ts";
import { partsOf } from "../settings/table/parts.ts";
import { SETTING_KEYS, SETTINGS } from "../settings/table/settings_table.ts";
import type { Part, Parts } from "../settings/table/value_type.ts";
import { changedSettings, type Spec } from "./spec.ts";

/** Said by the words in front of the flags, or found out from the command again. */
const APART: ReadonlySet<string> = new Set(["port", "interpreter"]);

/**
 * The command line that starts a process anew once it was removed: of its file, where it was
 * started from one, else with the flags of what differs from its default. The variables that were
 * set by `--env` are not in it: they may be secrets.
 *
 * @param name Its full name.
 *
 * @example
 * ```ts
 * import { checkSpec } from "./spec.ts";
 * import { startLine } from "./start_line.ts";
 *
 * const argv = ["node", "server.js"];
 * const spec = checkSpec({ command: "node server.js", argv, cwd: "/srv", port: 3000 });
 * startLine("api-3000", spec);
 * // "tsm start 'node server.js' --name api --port 3000 --cwd /srv"
 * ```
 */
export function startLine(name: string, spec: Spec): string {
  const { app, config, command, cwd, port, instance, port_increment } = spec;
  const given = app ??
    (port !== null && name.endsWith(`-${port}`) ? name.slice(0, -`-${port}`.length) : name);
  if (config) return joinWords(["tsm", "start", config.file, "--only", given]);
  const first = port === null ? [] : ["--port", String(port - instance * port_increment)];
  const changed: Readonly<Record<string, unknown>> = changedSettings(spec);
  const parts = Object.fromEntries(SETTING_KEYS.map((key): [string, Part] => [key, SETTINGS[key]]));
  return joinWords([
    ...["tsm", "start", command, "--name", given, ...first, "--cwd", cwd],
    ...flagsOf(
      parts,
      Object.fromEntries(Object.entries(changed).filter(([key]) => !APART.has(key))),
    ),
  ]);
}

/** The flags that say what differs from the defaults. */
function flagsOf(parts: Parts, values: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const part = Object.hasOwn(parts, key) ? parts[key] : undefined;
    if (part === undefined || value === null || value === part.default) return [];
    const { flag, type } = part;
    if (type.kind === "object" || type.kind === "variant") {
      return flagsOf(partsOf(type), value as Readonly<Record<string, unknown>>);
    }
    if (flag === undefined) return [];
    if (type.kind === "switch") return [`--${flag.name}`];
    if (type.kind === "list" && flag.repeat) {
      return [value].flat().flatMap((item) => [`--${flag.name}`, String(item)]);
    }
    if (type.kind === "map" && flag.repeat) {
      return Object.entries(value as Readonly<Record<string, unknown>>)
        .flatMap(([name, item]) => [`--${flag.name}`, formatMapFlag(type, name, item)]);
    }
    const text = formatValue(type, value);
    return flag.optional === undefined ? [`--${flag.name}`, text] : [`--${flag.name}=${text}`];
  });
}
