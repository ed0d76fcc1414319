import { unsetMessage } from "../../api/messages/unset.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import { formatSettingValue, requireSetting } from "../parse/setting_text.ts";

/** `tsm unset`: forgets a setting. */
export const unsetCommand: Command = {
  name: "unset",
  usage: "KEY",
  summary: "Forget a setting, so that it is its default again",
  flags: [],
  examples: [{ command: "tsm unset save.auto", does: "save only when told to" }],
  async run(args, context) {
    const [key] = args.words;
    if (key === undefined || args.words.length > 1) {
      throw new Deno.errors.InvalidData(
        "Cannot unset: it takes one key; example: tsm unset save.auto",
      );
    }
    const setting = requireSetting("unset", key);
    const answer = await ask(context, unsetMessage, { key });
    if (context.json) context.print(JSON.stringify(answer, null, 2));
    const standard = formatSettingValue(setting, setting.default);
    context.say(
      answer.removed
        ? `${key} is its default again: ${standard}`
        : `${key} was not set: it is its default, ${standard}`,
    );
  },
};
