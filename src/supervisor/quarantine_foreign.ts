import { findForeign } from "../patrol/foreign_entries.ts";
import { quarantine } from "../patrol/quarantine.ts";
import { ensureRoot, isValidName } from "../root.ts";
import type { Supervisor } from "./supervisor.ts";

/**
 * Puts what somebody else has put below the root into quarantine, before anything of it is read.
 * From then on nobody else can: the root is closed to others.
 *
 * @throws whatever the file system says: with that in its place, no supervisor comes up.
 */
export function quarantineForeign(supervisor: Supervisor): void {
  const { root } = supervisor;
  for (const { path, name, reason } of findForeign(root)) {
    const found = `${path} ${reason}`;
    const target = quarantine(root, name, [path], found);
    supervisor.log(`${found}: moved to ${target}`);
    supervisor.record("patrol", isValidName(name) ? name : null, { reason: found });
  }
  // What was moved away is made anew.
  ensureRoot(root);
}
