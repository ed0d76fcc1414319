import { findInitSystem } from "../../startup/init_systems.ts";
import { joinWords } from "../../program/shell_words.ts";
import type { Command } from "../command.ts";
import { asInstaller, planService, scopeOf, SERVICE_FLAGS } from "../service_plan.ts";

/** `tsm unstartup`: prints the command that removes what `tsm startup` installs. */
export const unstartupCommand: Command = {
  name: "unstartup",
  usage: "[systemd|openrc] [--user NAME | --user-service]",
  summary: "Print the command that removes the unit again",
  description: `
Removes nothing itself. The processes run on; the next command that needs a supervisor
starts one in the background.`,
  flags: SERVICE_FLAGS,
  examples: [{ command: "tsm unstartup", does: "the command that undoes 'tsm startup'" }],
  async run(args, context) {
    const [name] = args.words;
    if (args.words.length > 1) {
      throw new Deno.errors.InvalidData(
        "Cannot remove a unit: it takes one init system; example: tsm unstartup systemd",
      );
    }
    const init = findInitSystem(name);
    const plan = await planService(args, context, scopeOf(init, args));
    const path = init.path(plan);
    const remove = joinWords(asInstaller(plan, [
      ...init.disable(plan),
      joinWords(["rm", "-f", "--", path]),
      ...init.afterRemoval(plan),
    ]));
    if (context.json) context.print(JSON.stringify({ init: init.name, path, remove }, null, 2));
    else context.print(remove);
  },
};
