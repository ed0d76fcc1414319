import type { ProcessDefinition } from "../../meta/process_definition.ts";
import type { Environment } from "../../program/environment.ts";
import type { ProgramWanted } from "../../program/node_version.ts";
import type { App } from "../../settings/app.ts";

/** What is left where instances cannot share their port, and what is to be said of that. */
export interface Folded<Item> {
  readonly items: readonly Item[];
  readonly notes: readonly string[];
}

/**
 * The apps of a file, each of them one process where it is to share its port and its node is too
 * old for that: all instances but one would fail.
 *
 * @param variables The environment of this command line.
 */
export async function foldApps(
  apps: readonly App[],
  variables: Environment,
): Promise<Folded<App>> {
  const notes: string[] = [];
  const items = await Promise.all(apps.map(async (app) => {
    const { words, cwd, interpreter, explicit, settings } = app;
    if (!settings.share_port) return app;
    const env = { ...variables, ...explicit };
    const node = await nodeThatCannotShare({ words, cwd, interpreter, env, shell: settings.shell });
    if (node === undefined) return app;
    if (app.instances > 1) notes.push(noteOf(app.name, app.instances, node));
    return { ...app, instances: 1, settings: { ...settings, share_port: false } };
  }));
  return { items, notes };
}

/** The same for the instances that a command line asks for. */
export async function foldDefinitions(
  definitions: readonly ProcessDefinition[],
  variables: Environment,
): Promise<Folded<ProcessDefinition>> {
  const [first] = definitions;
  if (!first?.settings.share_port) return { items: definitions, notes: [] };
  const { words, cwd, interpreter, explicit, name, settings } = first;
  const env = { ...variables, ...explicit };
  const node = await nodeThatCannotShare({ words, cwd, interpreter, env, shell: settings.shell });
  if (node === undefined) return { items: definitions, notes: [] };
  const { instance: _, instances: __, ...others } = settings;
  return {
    items: [{ ...first, settings: { ...others, share_port: false } }],
    notes: definitions.length > 1
      ? [noteOf(name ?? words.join(" "), definitions.length, node)]
      : [],
  };
}

/** Imported here, so that what shares no port does not load what finds programs. */
async function nodeThatCannotShare(wanted: ProgramWanted): Promise<string | undefined> {
  const { nodeWithoutSharing } = await import("../../program/node_version.ts");
  return await nodeWithoutSharing(wanted);
}

function noteOf(name: string, instances: number, version: string): string {
  return `${name}: its ${instances} instances are one process: its node, ${version}, cannot share ` +
    "a port; 22.12 and newer can";
}
