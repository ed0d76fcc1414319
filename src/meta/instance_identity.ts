import { fullName } from "./full_name.ts";

/** What tells the instances of an app apart. */
export interface InstanceIdentity {
  /** Its number, from 0 up. */
  readonly instance: number;
  /** How many there are. */
  readonly instances: number;
  /** `null`: none is known. */
  readonly port: number | null;
  /** Whether all instances have the same port. */
  readonly share_port: boolean;
}

/**
 * The port of an instance.
 *
 * @param first The port of the first instance.
 * @param app How far apart the ports of its instances are, or that they share one.
 *
 * @example
 * ```ts
 * import { instancePort } from "./instance_identity.ts";
 *
 * instancePort(3000, 2, { increment: 10, share_port: false }); // 3020
 * ```
 */
export function instancePort(
  first: number,
  instance: number,
  { increment, share_port }: { readonly increment: number; readonly share_port: boolean },
): number {
  return share_port ? first : first + instance * increment;
}

/**
 * The full name of an instance: `NAME-PORT`, or `NAME-N` for one of several without a port;
 * `NAME-PORT-N` for one of several that share their port.
 *
 * @example
 * ```ts
 * import { instanceFullName } from "./instance_identity.ts";
 *
 * instanceFullName("api", { instance: 1, instances: 4, port: 3000, share_port: true });
 * // "api-3000-1"
 * ```
 */
export function instanceFullName(
  name: string,
  { instance, instances, port, share_port }: InstanceIdentity,
): string {
  const isNumbered = instances > 1 && (port === null || share_port);
  return fullName(fullName(name, port), isNumbered ? instance : null);
}
