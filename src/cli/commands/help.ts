import type { Command, CommandRegistry } from "../command.ts";
import { formatHelp, formatOverview } from "../help.ts";
import { nearest } from "../../nearest.ts";
import { writeAll } from "../output/write_all.ts";

/** `tsm help`: explains tsm, or one command. */
export function helpCommand(
  { commandNames, loadCommand, loadCommands }: CommandRegistry,
): Command {
  return {
    name: "help",
    usage: "[COMMAND]",
    summary: "Explain tsm, or one of its commands",
    flags: [],
    examples: [{ command: "tsm help start", does: "explain 'tsm start'" }],
    async run(args) {
      const [name] = args.words;
      if (name === undefined) {
        writeAll(Deno.stdout, formatOverview(await loadCommands()));
        return;
      }
      const command = await loadCommand(name);
      if (!command) {
        const meant = nearest(name, commandNames());
        throw new Deno.errors.InvalidData(
          `Cannot explain '${name}': there is no such command${
            meant ? `; did you mean '${meant}'?` : ""
          }`,
        );
      }
      writeAll(Deno.stdout, formatHelp(command));
    },
  };
}
