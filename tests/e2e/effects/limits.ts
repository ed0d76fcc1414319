import type { LIMIT_SETTINGS } from "../../../src/settings/table/limits.ts";
import { type Effects, FOREVER, start, untilPrinted } from "./effect.ts";

/** What a process may take of the system. */
export const LIMIT_EFFECTS: Effects<typeof LIMIT_SETTINGS> = {
  async nice(tsm, name) {
    await start(tsm, name, `echo "<$(nice)>"; ${FOREVER}`, "--nice", "11");
    await untilPrinted(tsm, name, "<11>");
  },
  async nofile(tsm, name) {
    await start(tsm, name, `echo "<$(ulimit -n)>"; ${FOREVER}`, "--nofile", "321");
    await untilPrinted(tsm, name, "<321>");
  },
  async umask(tsm, name) {
    await start(tsm, name, `echo "<$(umask)>"; ${FOREVER}`, "--umask", "037");
    await untilPrinted(tsm, name, "<0037>");
  },
};
