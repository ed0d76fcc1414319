/**
 * The instances of an app.
 *
 * @module
 */
import type { ManagedProcess } from "../process/managed_process.ts";
import type { Supervisor } from "../supervisor.ts";

/** What the instances of a process's app are called, without port or number. */
export function appName({ meta: { name, port }, spec: { app } }: ManagedProcess): string {
  if (app !== null) return app;
  return port !== null && name.endsWith(`-${port}`) ? name.slice(0, -`-${port}`.length) : name;
}

/**
 * All instances of a process's app, by their number; one that has no app is alone. Apps of
 * the same name from two files are two apps.
 */
export function instancesOf(
  supervisor: Supervisor,
  process: ManagedProcess,
): readonly ManagedProcess[] {
  const { app, namespace, config } = process.spec;
  if (app === null) return [process];
  return supervisor.processes
    .filter(({ spec }) =>
      spec.app === app && spec.namespace === namespace && spec.config?.file === config?.file
    )
    .sort((a, b) => a.spec.instance - b.spec.instance);
}

/**
 * The instances of the one app that `word` means: its name, or a selector of one of them.
 *
 * @param action What is asked, for messages.
 * @throws {Deno.errors.NotFound} if there is none.
 * @throws {Deno.errors.InvalidData} if there are several.
 */
export function findApp(
  supervisor: Supervisor,
  action: string,
  word: string,
): readonly ManagedProcess[] {
  const selected = supervisor.select(action, [word]);
  const [first] = selected;
  if (first === undefined) {
    throw new Deno.errors.NotFound(`Cannot ${action} '${word}': there are no processes`);
  }
  const instances = instancesOf(supervisor, first);
  const other = selected.find((process) => !instances.includes(process));
  if (other === undefined) return instances;
  throw new Deno.errors.InvalidData(
    `Cannot ${action} '${word}': it means several apps, '${appName(first)}' and ` +
      `'${appName(other)}' among them; name one`,
  );
}
