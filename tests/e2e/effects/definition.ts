import type { DEFINITION_SETTINGS } from "../../../src/settings/table/definition.ts";
import { type Effects, FOREVER, start, untilPrinted } from "./effect.ts";

/** What is run, where, and with which variables. */
export const DEFINITION_EFFECTS: Effects<typeof DEFINITION_SETTINGS> = {
  async command(tsm, name) {
    await start(tsm, name, `echo commanded; ${FOREVER}`);
    await untilPrinted(tsm, name, "commanded");
  },
  async cwd(tsm, name) {
    await start(tsm, name, `pwd; ${FOREVER}`, "--cwd", "/");
    await untilPrinted(tsm, name, "/\n");
  },
  async env(tsm, name) {
    await start(tsm, name, `echo "<$A>"; ${FOREVER}`, "--env", "A=set");
    await untilPrinted(tsm, name, "<set>");
  },
  async environments(tsm, name) {
    const one = {
      command: `echo "<$A>"; ${FOREVER}`,
      env: { A: "plain" },
      environments: { production: { A: "production" } },
    };
    const path = tsm.write(`${name}.jsonc`, JSON.stringify({ processes: { [name]: one } }));
    await tsm.ok("start", path, "--env-name", "production");
    await untilPrinted(tsm, name, "<production>");
  },
};
