import type { Command } from "../command.ts";

/** `tsm import`: takes over what another process manager has been told or saved. */
export const importCommand: Command = {
  name: "import",
  usage: "pm2 [--dump FILE] [--apply], or import supervisord [FILE] [--apply]",
  summary: "Take over the processes of PM2 or supervisord",
  description: `
'tsm import pm2' reads what 'pm2 save' wrote, and shows what it would start and what cannot be
carried over; with --apply it starts it. PM2's own variables are left out of the environment. Run
'pm2 save && pm2 kill' first: no service is to run twice.

'tsm import supervisord' reads a configuration of supervisord with all that it includes, and prints
a commented tsm.jsonc; what cannot be carried over is told on standard error. With --apply it starts
what the file lists. Without FILE it reads the one that supervisord itself would find.`,
  flags: [
    { name: "dump", value: "FILE", help: "PM2's dump; $PM2_HOME/dump.pm2 or ~/.pm2/dump.pm2" },
    { name: "apply", help: "start it" },
    { name: "force", short: "f", help: "with --apply, even while the other one still runs" },
  ],
  examples: [
    { command: "tsm import pm2", does: "show what would be started" },
    {
      command: "pm2 save && pm2 kill && tsm import pm2 --apply && tsm save",
      does: "move from PM2 to tsm",
    },
    { command: "tsm import supervisord > tsm.jsonc", does: "make a file of supervisord's" },
    {
      command: "tsm import supervisord /etc/supervisor/conf.d/web.conf",
      does: "of one of its files",
    },
  ],
  async run(args, context) {
    const [from, ...files] = args.words;
    if (from === "pm2" && files.length === 0) {
      const { importPm2 } = await import("../import/pm2.ts");
      return await importPm2(args, context);
    }
    if (from === "supervisord" && files.length < 2) {
      const { importFromSupervisord } = await import("../import/supervisord.ts");
      return await importFromSupervisord(files[0], args, context);
    }
    throw new Deno.errors.InvalidData(
      `Cannot import ${
        args.words.join(" ") || "nothing"
      }: it takes 'pm2', or 'supervisord' and a ` +
        "file; examples: tsm import pm2 --apply, tsm import supervisord > tsm.jsonc",
    );
  },
};
