import { readLogOptions } from "../logs/options.ts";
import { readerGone } from "../logs/reader_gone.ts";
import { askHosts, exitCodeOfAll } from "./ask_hosts.ts";
import { type Asked, LOOK_LIMIT, questionOf } from "./asked.ts";
import { collect } from "./collect.ts";
import { LineMerger } from "./merged_lines.ts";

/**
 * Shows logs or events of machines: in one, by their times, or as they come.
 *
 * @returns the exit code.
 * @throws {Deno.errors.InvalidData} for a flag that does not parse, or `--raw`.
 */
export async function showLines(asked: Asked): Promise<number> {
  const { name, args, context, hosts, parsed } = asked;
  const logs = name === "logs" ? readLogOptions(parsed) : undefined;
  if (logs?.raw) refuseRaw();
  const follows = logs?.follow ?? parsed.has("follow");
  const words = context.json ? args : ["--json", ...args];
  const question = questionOf(asked, words, follows ? undefined : LOOK_LIMIT);
  const merger = new LineMerger(context, hosts, logs);
  if (follows) {
    return exitCodeOfAll(
      await askHosts(context, {
        ...question,
        onLine: (host, line) => context.print(merger.format(host, line)),
        until: readerGone(),
      }),
    );
  }
  const { collected, code } = await collect(context, question);
  const lines = merger.merge(collected);
  if (lines.length > 0) context.print(lines.join("\n"));
  return code;
}

/** The bytes of several logs in one stream are of no use, and may be anything. */
function refuseRaw(): never {
  throw new Deno.errors.InvalidData(
    "Cannot show the bytes of logs of other machines: --raw is for one terminal; " +
      "'ssh HOST tsm logs --raw' prints them",
  );
}
