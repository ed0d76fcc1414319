import { dirname } from "@std/path/posix";
import { findInitSystem } from "../../startup/init_systems.ts";
import { joinWords } from "../../program/shell_words.ts";
import type { Command } from "../command.ts";
import { writeAll } from "../output/write_all.ts";
import { asInstaller, planService, scopeOf, SERVICE_FLAGS } from "../service_plan.ts";

/** `tsm startup`: prints the unit that starts tsm at boot, and how to install it. */
export const startupCommand: Command = {
  name: "startup",
  usage: "[systemd|openrc] [--user NAME | --user-service]",
  summary: "Print the unit that starts tsm at boot, and the command that installs it",
  description: `
Installs nothing itself. What it prints can be stored as it is: the command is a comment
behind the unit. The service runs a supervisor that brings back
what 'tsm save' saved. Without a name the init system is found out. With --user-service it is a
service of your own manager, which needs no root; lingering has that manager start at boot, and
not end with your last session.`,
  flags: SERVICE_FLAGS,
  examples: [
    { command: "tsm startup", does: "the unit for this machine's init system" },
    { command: "tsm startup systemd --user deploy", does: "a supervisor that runs as 'deploy'" },
    { command: "tsm startup --user-service", does: "the unit for 'systemctl --user'" },
    { command: "tsm unstartup", does: "the command that removes it" },
  ],
  async run(args, context) {
    const [name] = args.words;
    if (args.words.length > 1) {
      throw new Deno.errors.InvalidData(
        "Cannot make a unit: it takes one init system; example: tsm startup systemd",
      );
    }
    const init = findInitSystem(name);
    const plan = await planService(args, context, scopeOf(init, args));
    const { root, user } = plan;
    const isUserService = plan.scope === "user";
    const path = init.path(plan);
    const unit = init.unit(plan);
    const print = joinWords([
      ...plan.command,
      ...["startup", init.name, "--quiet", "--root", root, "--name", plan.name],
      ...isUserService ? ["--user-service"] : ["--user", user],
    ]);
    // What is run as root follows no link of that user's: the unit itself makes the root.
    const store = joinWords(asInstaller(plan, [
      ...isUserService ? [joinWords(["mkdir", "-p", "--", dirname(path)])] : [],
      `cat > ${joinWords([path])}`,
      ...init.enable(plan),
    ]));
    const install = `${print} | ${store}`;
    const linger = init.lingerCommand(plan);
    if (context.json) {
      context.print(JSON.stringify({ init: init.name, path, unit, install, linger }, null, 2));
      return;
    }
    writeAll(Deno.stdout, unit);
    // Behind '#', which begins a comment in a unit of either system.
    context.say(`\n# To install this as ${path} and start the service, run:\n# ${install}`);
    if (linger === undefined) return;
    context.say(
      `# To have it start at boot, and not end with your last session:\n# ${linger}`,
    );
  },
};
