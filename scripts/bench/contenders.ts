import { findPm2 } from "./contenders/pm2.ts";
import { findS6 } from "./contenders/s6.ts";
import { findSupervisord } from "./contenders/supervisord.ts";
import type { Contender, Missing } from "./contender.ts";

/**
 * Looks for all that tsm is compared with; a new contender is one more line.
 *
 * @param mayInstall Whether what comes from npm may be fetched where it is not cached.
 */
export function findOthers(mayInstall: boolean): Promise<readonly (Contender | Missing)[]> {
  return Promise.all([findPm2(mayInstall), findSupervisord(), findS6()]);
}
