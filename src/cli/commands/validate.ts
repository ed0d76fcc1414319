import { instanceNames } from "../../config/wanted.ts";
import { formatProblems } from "../../document/format_problems.ts";
import type { Command } from "../command.ts";
import { countProblems, placeProblems, readAndCheck, shownPath } from "../config/config_file.ts";
import { configPath } from "../config/config_path.ts";
import { giveUpRunning, NODE_FLAG } from "../config/node_flag.ts";
import { ENV_NAME_FLAG } from "../parse/env_name_flag.ts";
import { EXIT } from "../exit_code.ts";

/** `tsm validate`: says what is wrong with a file that lists processes. */
export const validateCommand: Command = {
  name: "validate",
  usage: "[FILE] [--env-name NAME] [--node]",
  summary: "Say what is wrong with a tsm.jsonc, a Procfile or a PM2 file",
  description: `
Reads FILE (tsm.jsonc) as 'tsm start' and 'tsm apply' would, and says all that is wrong with
it: unknown settings, values of the wrong form, two processes of one name or port, dependencies
that are missing or go in circles, directories, programs and env files that are not there. It
starts nothing. Exit code 64 if anything is wrong.

A file that is a program (ecosystem.config.js) is evaluated without the permission to run
programs; --node has Node evaluate it where it needs that. It may read what you may read:
look into a stranger's file first.`,
  flags: [ENV_NAME_FLAG, NODE_FLAG],
  examples: [
    { command: "tsm validate tsm.jsonc", does: "check a file" },
    { command: "tsm validate ecosystem.config.js", does: "see what tsm makes of PM2's file" },
    {
      command: "tsm validate --json | jq -r '.[] | \"\\(.line): \\(.message)\"'",
      does: "the same for programs",
    },
  ],
  async run(args, context) {
    const path = configPath(args, "validate");
    giveUpRunning(args);
    const file = await readAndCheck(path, "validate", args.get("env-name"));
    for (const note of file.notes) context.warn(`tsm: ${note}`);
    if (context.json) context.print(JSON.stringify(placeProblems(file), null, 2));
    if (file.problems.length > 0) {
      if (!context.json) {
        for (const line of formatProblems(shownPath(file), file.text, file.problems)) {
          context.warn(line);
        }
        context.warn(`tsm: Cannot use '${path}': ${countProblems(file.problems)}`);
      }
      return EXIT.usage;
    }
    const names = file.apps.flatMap(instanceNames);
    const processes = names.length === 1 ? "1 process" : `${names.length} processes`;
    const shown = names.length > 20 ? [...names.slice(0, 20), "…"] : names;
    context.say(`${path} is valid: ${processes}: ${shown.join(", ")}`);
    return EXIT.done;
  },
};
