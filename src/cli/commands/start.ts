import type { Command } from "../command.ts";
import { withDefaultFile } from "../config/config_path.ts";
import { startCommandLine } from "../start/start_command_line.ts";
import { START_FLAGS, START_SYNTAX } from "../start/start_syntax.ts";
import { whatToStart } from "../start/what_to_start.ts";

/** `tsm start`: starts a command, a stopped process, or what a file lists. */
export const startCommand: Command = {
  ...START_SYNTAX,
  async run(given, context) {
    const args = withDefaultFile(given, "start", `tsm start "node server.js" --name myapp`);
    const what = whatToStart(args, context, { verb: "start", flags: START_FLAGS });
    if (what.kind === "files") {
      const { startFiles } = await import("../start/start_file.ts");
      return await startFiles(what.files, what.args, context);
    }
    return await startCommandLine(args, context);
  },
};
