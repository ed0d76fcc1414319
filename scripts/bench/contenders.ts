import { messageOf } from "../../src/errors.ts";
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
  const found = { PM2: findPm2(mayInstall), supervisord: findSupervisord(), s6: findS6() };
  return Promise.all(
    Object.entries(found).map(([name, contender]) =>
      contender.catch((error) => ({ name, reason: messageOf(error) }))
    ),
  );
}
