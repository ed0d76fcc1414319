import { isFile } from "../files/path_info.ts";
import { VERSION } from "../version.ts";
import { versionOrder } from "../version_order.ts";
import type { SupervisorAddress } from "./supervisor_file.ts";

/**
 * Lets no older tsm change what a newer supervisor manages: two versions on one machine would
 * replace each other's supervisor for ever. Builds of one version have no order, and neither
 * replaces the other.
 *
 * @throws {Deno.errors.NotConnected} if the supervisor is newer; it names the program to use.
 */
export function refuseNewerSupervisor({ pid, version, program }: SupervisorAddress): void {
  if (versionOrder(version, VERSION) !== "newer") return;
  const use = program !== undefined && isFile(program) ? `use ${program}` : `use tsm ${version}`;
  throw new Deno.errors.NotConnected(
    `the supervisor (pid ${pid}) is of version ${version}, newer than this tsm (${VERSION}), ` +
      `which only reads then; ${use}, or go back to ${VERSION} on purpose with --downgrade`,
  );
}
