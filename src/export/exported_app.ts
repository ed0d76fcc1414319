import { resolve } from "@std/path/posix";
import { instanceFullName, instancePort } from "../meta/instance_identity.ts";
import { type CommandContext, findProgram } from "../program/command.ts";
import { defaultVariables } from "../program/environment.ts";
import { isSecret } from "../program/is_secret.ts";
import type { SpecSettings } from "../settings/table/settings_table.ts";

/** One app, as it is to be said to another engine: of a file, or of what is on the list. */
export interface ExportedApp {
  readonly name: string;
  /** What is executed. */
  readonly argv: readonly string[];
  /** The path on this machine of the first word of `argv`; `undefined`: it is not here. */
  readonly program: string | undefined;
  /** Absolute. */
  readonly cwd: string;
  /** The variables that were set for it and are no secrets. */
  readonly variables: Readonly<Record<string, string>>;
  /** The names of its secrets. Their values are left behind: no format can give them away. */
  readonly secrets: readonly string[];
  /** All settings, those included that a file has beside them. */
  readonly settings: SpecSettings;
}

/** What an {@linkcode ExportedApp} is made of. */
export interface AppParts {
  readonly name: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The variables that were set for it. */
  readonly explicit: Readonly<Record<string, string>>;
  readonly settings: SpecSettings;
  /** The environment that its program is looked up with. */
  readonly env: CommandContext["env"];
}

/** Makes an app, and leaves the values of its secrets behind. */
export function exportedApp({ name, argv, cwd, explicit, settings, env }: AppParts): ExportedApp {
  const [first = ""] = argv;
  const given = {
    ...pythonVariables(cwd, argv),
    ...explicit,
    // With one instance there is nothing to count.
    ...settings.instances === 1 ? settings.counters : {},
  };
  const entries = Object.entries(given);
  return {
    name,
    argv,
    program: first.includes("/") ? resolve(cwd, first) : findProgram(first, { cwd, env }),
    cwd,
    variables: Object.fromEntries(entries.filter(([key, value]) => !isSecret(key, value))),
    secrets: entries.filter(([key, value]) => isSecret(key, value)).map(([key]) => key),
    settings: settings.instances === 1 ? { ...settings, counters: {} } : settings,
  };
}

/** What tsm sets of itself for Python, without which its output stays in a buffer. */
function pythonVariables(cwd: string, argv: readonly string[]): Readonly<Record<string, string>> {
  const { PWD: _, ...others } = defaultVariables({
    cwd,
    command: argv.join(" "),
    interpreter: null,
  });
  return others;
}

/** The port of an instance; `null`: it has none. */
export function portOfInstance({ settings }: ExportedApp, instance: number): number | null {
  const { port, port_increment: increment, share_port } = settings;
  return port === null ? null : instancePort(port, instance, { increment, share_port });
}

/** Whether it has instances with a port each. */
export function hasPortsOfItsOwn({ settings }: ExportedApp): boolean {
  return settings.instances > 1 && settings.port !== null && !settings.share_port;
}

/** The full names of its instances. */
export function fullNamesOf(app: ExportedApp): readonly string[] {
  const { name, settings: { instances, share_port } } = app;
  return Array.from({ length: instances }, (_, instance) => {
    const port = portOfInstance(app, instance);
    return instanceFullName(name, { instance, instances, port, share_port });
  });
}
