import type { Command } from "../command.ts";
import { supervisorProcess } from "../connection/supervisor_process.ts";

/** `tsm supervisor`: runs the supervisor in the foreground. */
export const supervisorCommand: Command = {
  name: "supervisor",
  usage: "[--resurrect]",
  summary: "Run the supervisor in the foreground, for service managers",
  description: `
Other commands start a supervisor in the background when they need one; this one replaces
it. SIGTERM, SIGINT and SIGHUP end the supervisor and leave the processes running: the next
supervisor adopts them. With --resurrect it brings back what 'tsm save' saved and does not
run; where it follows a supervisor that was killed, what was stopped by hand stays stopped.`,
  flags: [{ name: "resurrect", help: "bring back the saved processes" }],
  examples: [
    { command: "tsm supervisor", does: "watch over the processes until Ctrl-C" },
    { command: "tsm supervisor --resurrect", does: "what a service manager runs at boot" },
    { command: "tsm supervisor --root /srv/tsm", does: "the same for another root" },
  ],
  async run(args, context) {
    // A second process: only one that is started in the root may write there.
    const child = supervisorProcess(
      context.root,
      "foreground",
      ["resurrect", "downgrade"].filter((flag) => args.has(flag)).map((flag) => `--${flag}`),
    ).spawn();
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      Deno.addSignalListener(signal, () => {
        try {
          child.kill("SIGTERM");
        } catch {
          // It has ended already: nothing is left to be told.
        }
      });
    }
    return (await child.status).code;
  },
};
