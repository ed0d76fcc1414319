import type { ExportedApp } from "../exported_app.ts";

/**
 * Characters a name may have: a label of DNS has 63, of which a CronJob leaves eleven to the names
 * of its Jobs.
 */
const MAX_LENGTH = 52;

/** Names of objects by the names of apps, no two alike. */
export type KubernetesNames = ReadonlyMap<string, string>;

/**
 * Names for objects: labels of DNS that begin with a letter, as a Service has to.
 *
 * Format: RFC 1035, "Labels", which is narrower than RFC 1123.
 *
 * @example
 * ```ts
 * import { kubernetesName } from "./kubernetes_names.ts";
 *
 * kubernetesName("My.App_2"); // "my-app-2"
 * ```
 */
export function kubernetesName(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const begun = /^[a-z]/.test(plain) ? plain : `app-${plain}`;
  return begun.slice(0, MAX_LENGTH).replace(/-+$/, "");
}

/** A name for each app; of two that would have the same, the later one gets a number. */
export function kubernetesNames(apps: readonly ExportedApp[]): KubernetesNames {
  const taken = new Set<string>();
  return new Map(apps.map(({ name }) => {
    const plain = kubernetesName(name);
    let free = plain;
    for (let number = 2; taken.has(free); number++) {
      free = `${plain.slice(0, MAX_LENGTH - String(number).length - 1)}-${number}`;
    }
    taken.add(free);
    return [name, free];
  }));
}

/** A text as the value of a label: what it may not have becomes `-`. */
export function labelValue(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/g, "-").slice(0, 63).replace(/[._-]+$/, "");
}
