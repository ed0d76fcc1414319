import { readTextIfThere } from "../files/read_text.ts";
import type { SpecSettings } from "../meta/spec.ts";
import type { App } from "./app.ts";

/** One instance of an app, as the supervisor is asked to start it. */
export interface Definition {
  readonly words: string[];
  /** Without its port or number. */
  readonly name: string;
  readonly cwd: string;
  readonly port?: number;
  readonly interpreter?: string;
  readonly explicit: Record<string, string>;
  readonly settings: Partial<SpecSettings>;
}

/** One process that a file asks for. */
export interface Wanted {
  /** Its full name. */
  readonly name: string;
  readonly app: App;
  readonly port: number | null;
  readonly definition: Definition;
}

/**
 * The processes that apps ask for: each instance of each.
 *
 * @param file The file they are from, absolute.
 */
export async function wantedOf(apps: readonly App[], file: string): Promise<readonly Wanted[]> {
  const wanted = apps.flatMap((app) =>
    Array.from({ length: app.instances }, (_, instance) => wantedInstance(app, instance))
  );
  return await Promise.all(wanted.map(async (one) => {
    const config = { file, digest: await digestOf(one.definition) };
    const settings = { ...one.definition.settings, config };
    return { ...one, definition: { ...one.definition, settings } };
  }));
}

function wantedInstance(app: App, instance: number): Wanted {
  const { name, instances, increment } = app;
  const port = app.port === undefined ? null : app.port + instance * increment;
  const counted = Object.entries(app.counters).map(([key, first]) => [
    key,
    String(first + instance),
  ]);
  const definition: Definition = {
    words: [...app.words],
    name,
    cwd: app.cwd,
    ...port === null ? {} : { port },
    ...app.interpreter === undefined ? {} : { interpreter: app.interpreter },
    explicit: { ...app.explicit, ...Object.fromEntries(counted) },
    settings: { ...app.settings, app: name, instance, instances, port_increment: increment },
  };
  return { name: fullName(app, instance), app, port, definition };
}

/** The full name of an instance, as the supervisor makes it. */
export function fullName({ name, port, instances, increment }: App, instance: number): string {
  if (port === undefined && instances === 1) return name;
  const number = port === undefined ? instance : port + instance * increment;
  return name.endsWith(`-${number}`) ? name : `${name}-${number}`;
}

/**
 * A digest of everything a file says of a process, its env file included: as long as it
 * stays the same, there is nothing to apply. How many instances there are says nothing of
 * one of them.
 */
async function digestOf({ settings, ...rest }: Definition): Promise<string> {
  const { instances: _, ...own } = settings;
  const envFile = settings.env_file ? readTextIfThere(settings.env_file) ?? null : null;
  const text = JSON.stringify([rest, own, envFile]);
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash, 0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
