import { VERSION } from "../../version.ts";
import type { Command } from "../command.ts";

/** `tsm version`. */
export const versionCommand: Command = {
  name: "version",
  usage: "",
  summary: "Show the version of tsm and of the Deno it is made of",
  flags: [],
  examples: [{ command: "tsm version", does: "for bug reports" }],
  run(_args, context) {
    const { deno, v8, typescript } = Deno.version;
    if (context.json) {
      context.print(JSON.stringify({ tsm: VERSION, deno, v8, typescript }, null, 2));
    } else context.print(`tsm ${VERSION} (Deno ${deno}, ${Deno.build.target})`);
  },
};
