import { rotateMessage } from "../../api/messages/rotate.ts";
import { ask } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { whileWaiting } from "../output/progress.ts";

/** `tsm logs rotate [SEL…]`: sets the current logs aside. */
export async function rotateLogs(context: Context, words: readonly string[]): Promise<number> {
  const selectors = words.length > 0 ? [...words] : ["all"];
  const { rotated, failed } = await whileWaiting(
    context,
    "waiting for the logs to be rotated …",
    ask(context, rotateMessage, { selectors }),
  );
  if (context.json) context.print(JSON.stringify(rotated, null, 2));
  for (const { name, files } of rotated) {
    context.say(
      files.length > 0 ? `Rotated ${name}: ${files.join(", ")}` : `Logs of ${name} are empty`,
    );
  }
  for (const { name, reason } of failed) {
    context.warn(`tsm: Cannot rotate logs of '${name}': ${reason}`);
  }
  return failed.length > 0 ? EXIT.failed : EXIT.done;
}
