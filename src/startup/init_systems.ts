import type { InitSystem } from "./init_system.ts";
import { openrc } from "./openrc.ts";
import { systemd } from "./systemd.ts";

/** The init systems that a unit can be made for, in the order they are looked for. */
const INIT_SYSTEMS: readonly InitSystem[] = [systemd, openrc];

/**
 * Finds the init system `name`, or, without a name, the one that runs this machine.
 *
 * @throws {Deno.errors.InvalidData} if there is no such one.
 * @throws {Deno.errors.NotSupported} if the machine is run by none of them.
 */
export function findInitSystem(name: string | undefined): InitSystem {
  const names = INIT_SYSTEMS.map((init) => init.name).sort().join(", ");
  if (name !== undefined) {
    const named = INIT_SYSTEMS.find((init) => init.name === name);
    if (named) return named;
    throw new Deno.errors.InvalidData(
      `Cannot make a unit for '${name}': the init systems are ${names}`,
    );
  }
  const present = INIT_SYSTEMS.find((init) => init.isPresent());
  if (present) return present;
  throw new Deno.errors.NotSupported(
    `Cannot tell which init system runs this machine: none of ${names} does; ` +
      "name the one it is for, as in 'tsm startup systemd'",
  );
}
