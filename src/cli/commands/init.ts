import { makeStarter } from "../../config/starter.ts";
import { givenEnvironment } from "../../program/own_environment.ts";
import type { Command } from "../command.ts";
import { giveUpRunning, NODE_FLAG } from "../config/node_flag.ts";

/** `tsm init`: prints a `tsm.jsonc` to begin with. */
export const initCommand: Command = {
  name: "init",
  usage: "[DIR] [--node]",
  summary: "Print a tsm.jsonc to begin with",
  description: `
Looks at PM2's ecosystem file, package.json, deno.json and Procfile in DIR (this directory) and
prints a commented tsm.jsonc with what they can start. It writes no file: send it where you want it.

A file that is a program (ecosystem.config.js) is evaluated without the permission to run programs;
--node has Node evaluate it where it needs that.`,
  flags: [NODE_FLAG],
  examples: [
    { command: "tsm init > tsm.jsonc", does: "make one" },
    { command: "tsm init | less", does: "only look at it" },
  ],
  async run(args, context) {
    if (args.words.length > 1) {
      throw new Deno.errors.InvalidData(
        "Cannot look at several directories: it takes one; example: tsm init > tsm.jsonc",
      );
    }
    giveUpRunning(args);
    context.print(await makeStarter(args.words[0] ?? ".", givenEnvironment()));
  },
};
