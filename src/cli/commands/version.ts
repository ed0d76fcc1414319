import { COMMIT, VERSION } from "../../version.ts";
import type { Command } from "../command.ts";

/** `tsm version`. */
export const versionCommand: Command = {
  name: "version",
  usage: "",
  summary: "Show the version of tsm, its commit, and the Deno it is made of",
  flags: [],
  examples: [{ command: "tsm version", does: "for bug reports" }],
  run(_args, context) {
    const { deno, v8, typescript } = Deno.version;
    const { target } = Deno.build;
    if (context.json) {
      const versions = { tsm: VERSION, commit: COMMIT, target, deno, v8, typescript };
      context.print(JSON.stringify(versions, null, 2));
    } else context.print(`tsm ${VERSION} (${COMMIT}, Deno ${deno}, ${target})`);
  },
};
