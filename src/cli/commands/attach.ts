import { TextLineStream } from "@std/streams";
import { sendMessage } from "../../api/messages/send.ts";
import { messageOf } from "../../errors.ts";
import { exactly } from "../../meta/select.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { followLogs, selectLogs } from "../logs/follow_logs.ts";
import { LOG_FLAGS, readLogOptions } from "../logs/options.ts";
import { readerGone } from "../logs/reader_gone.ts";

/** `tsm attach`: the log and the standard input of a process together. */
export const attachCommand: Command = {
  name: "attach",
  usage: "NAME [FLAGS]",
  summary: "Follow the log of a process, and write to its standard input",
  description: `
Shows what 'tsm logs NAME' shows, and writes each line that is typed to the standard input of the
process. Ctrl-D ends the typing, Ctrl-C leaves; the process runs on either way.`,
  flags: LOG_FLAGS,
  examples: [
    { command: "tsm attach repl", does: "talk to a program that reads lines" },
    { command: "tsm attach game --out", does: "the same, without its stderr" },
  ],
  async run(args, context) {
    const [name] = args.words;
    if (name === undefined || args.words.length > 1) {
      throw new Deno.errors.InvalidData(
        "Cannot attach: it takes one process; example: tsm attach repl",
      );
    }
    const names = selectLogs(context, [name]);
    // Before its log scrolls by: whether it can be written to at all.
    const selectors = names.map(exactly);
    await ask(context, sendMessage, { text: "", selectors });
    const options = { ...readLogOptions(args), follow: true };
    const both = [followLogs(context, selectors, names, options), sendTyped(context, selectors)];
    await Promise.race([...both, readerGone()]);
  },
};

/** Sends each line that is typed; what cannot be sent is told, and the next one tried. */
async function sendTyped(context: Context, selectors: string[]): Promise<never> {
  const lines = Deno.stdin.readable
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    try {
      await ask(context, sendMessage, { text: `${line}\n`, selectors });
    } catch (error) {
      context.warn(`tsm: ${messageOf(error)}`);
    }
  }
  // The end of what is typed ends nothing: the log is still followed.
  return await new Promise<never>(() => {});
}
