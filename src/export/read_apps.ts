/**
 * The apps that are exported: those of a file, or those whose specs are on the disk.
 *
 * @module
 */
import { messageOf, withContext } from "../errors.ts";
import { listProcesses } from "../meta/list_processes.ts";
import { readSpec, type Spec } from "../meta/spec.ts";
import { resolveCommand } from "../program/command.ts";
import { type Environment, readBaseEnvironment, readDifference } from "../program/environment.ts";
import type { RuntimeRoot } from "../root.ts";
import type { App } from "../settings/app.ts";
import { SPEC_DEFAULTS } from "../settings/table/settings_table.ts";
import { type ExportedApp, exportedApp } from "./exported_app.ts";

/**
 * Makes what is exported of the apps of a file.
 *
 * @param env The environment that programs are looked up with.
 * @throws {Deno.errors.NotFound} if a program is not there.
 */
export function appsOfFile(apps: readonly App[], env: Environment): readonly ExportedApp[] {
  return apps.map((app) => {
    const { name, words, cwd, interpreter, explicit, counters } = app;
    const settings = {
      ...SPEC_DEFAULTS,
      ...app.settings,
      app: name,
      interpreter: interpreter ?? null,
      port: app.port ?? null,
      instances: app.instances,
      port_increment: app.increment,
      counters,
    };
    const context = { cwd, env: { ...env, ...explicit }, interpreter, shell: settings.shell };
    try {
      const { argv } = resolveCommand(words, context);
      return exportedApp({ name, argv, cwd, explicit, settings, env: context.env });
    } catch (error) {
      throw withContext(`'${name}'`, error);
    }
  });
}

/** What is on the list, and what of it cannot be read. */
export interface ListedApps {
  readonly apps: readonly ExportedApp[];
  /** A sentence each. */
  readonly notes: readonly string[];
}

/** Makes what is exported of the processes that are on the list, whether they run or not. */
export function appsOnTheList(root: RuntimeRoot): ListedApps {
  const { metas, unreadable } = listProcesses(root);
  const notes = unreadable.map(({ name, reason }) => `${name}: left out: ${reason}`);
  const base = readBaseEnvironment(root) ?? {};
  const apps = new Map<string, ExportedApp>();
  const counts = new Map<string, number>();
  // The first instance tells of the others.
  const specs = metas.flatMap(({ name }): { name: string; spec: Spec }[] => {
    try {
      return [{ name, spec: readSpec(root, name) }];
    } catch (error) {
      notes.push(`${name}: left out: ${messageOf(error)}`);
      return [];
    }
  }).sort((a, b) => a.spec.instance - b.spec.instance);
  for (const { name, spec } of specs) {
    const app = spec.app ?? name;
    counts.set(app, (counts.get(app) ?? 0) + 1);
    if (apps.has(app)) continue;
    const { argv, cwd } = spec;
    const { set, explicit: names = [] } = readDifference(root, name);
    const explicit = Object.fromEntries(names.map((key) => [key, set[key] ?? ""]));
    const env = { ...base, ...set };
    apps.set(app, exportedApp({ name: app, argv, cwd, explicit, settings: spec, env }));
  }
  return {
    apps: [...apps.values()].map((app) => ({
      ...app,
      settings: { ...app.settings, instances: counts.get(app.name) ?? 1 },
    })),
    notes,
  };
}
