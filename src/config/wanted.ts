import { readTextIfThere } from "../files/read_text.ts";
import { instanceFullName, instancePort } from "../meta/instance_identity.ts";
import type { ProcessDefinition } from "../meta/process_definition.ts";
import type { App } from "../settings/app.ts";

/** One process that a file asks for. */
export interface Wanted {
  /** Its full name. */
  readonly name: string;
  readonly app: App;
  readonly port: number | null;
  readonly definition: ProcessDefinition;
}

/**
 * The processes that apps ask for: each instance of each.
 *
 * @param file The file they are from, absolute; `undefined` where they are from none that can be
 * read again.
 */
export function wantedOf(apps: readonly App[], file: string | undefined): readonly Wanted[] {
  return apps.flatMap((app) =>
    Array.from({ length: app.instances }, (_, instance) => {
      const wanted = wantedInstance(app, instance);
      if (file === undefined) return wanted;
      const { definition } = wanted;
      const config = { file, digest: digestOf(definition) };
      const settings = { ...definition.settings, config };
      return { ...wanted, definition: { ...definition, settings } };
    })
  );
}

function wantedInstance(app: App, instance: number): Wanted {
  const { name, instances, increment } = app;
  const port = portOf(app, instance);
  const hasCounters = Object.keys(app.counters).length > 0;
  const definition: ProcessDefinition = {
    words: [...app.words],
    name,
    cwd: app.cwd,
    ...port === null ? {} : { port },
    ...app.interpreter === undefined ? {} : { interpreter: app.interpreter },
    explicit: app.explicit,
    settings: {
      ...app.settings,
      app: name,
      instance,
      instances,
      port_increment: increment,
      // Left out where there are none: the digest of other files stays what it was.
      ...hasCounters ? { counters: app.counters } : {},
    },
  };
  return { name: instanceName(app, instance), app, port, definition };
}

/** The full name of an instance. */
export function instanceName(app: App, instance: number): string {
  const { name, instances } = app;
  const port = portOf(app, instance);
  return instanceFullName(name, { instance, instances, port, share_port: sharesPort(app) });
}

/** The port of an instance; `null`: it has none. */
export function portOf(app: App, instance: number): number | null {
  const { port, increment } = app;
  if (port === undefined) return null;
  return instancePort(port, instance, { increment, share_port: sharesPort(app) });
}

function sharesPort({ settings }: App): boolean {
  return settings.share_port ?? false;
}

/** The full names of all instances of an app. */
export function instanceNames(app: App): readonly string[] {
  return Array.from({ length: app.instances }, (_, instance) => instanceName(app, instance));
}

/**
 * A digest of everything a file says of a process, its env files included: as long as it
 * stays the same, there is nothing to apply. How many instances there are says nothing of
 * one of them.
 */
function digestOf({ settings, ...rest }: ProcessDefinition): string {
  const { instances: _, ...own } = settings;
  const text = (path: string) => readTextIfThere(path) ?? null;
  const { env_file = null } = settings;
  // One file by itself, as it was before there could be several: else all would be restarted.
  const envFiles = typeof env_file === "string" ? text(env_file) : env_file && env_file.map(text);
  return hash(JSON.stringify([rest, own, envFiles]));
}

/** A hash of 64 bits, to tell whether a text has changed; it protects from nobody. */
function hash(text: string): string {
  // FNV-1a, twice: SHA-256 is asynchronous and took 'tsm apply' a quarter of its time.
  let low = 0x811c9dc5;
  let high = 0x01234567;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b) ^ (high >>> 15);
  }
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}
