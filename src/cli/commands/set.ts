import { setMessage } from "../../api/messages/set.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import { formatSettingValue, parseSettingText, requireSetting } from "../parse/setting_text.ts";

/** `tsm set`: stores a setting. */
export const setCommand: Command = {
  name: "set",
  usage: "KEY VALUE",
  summary: "Store a setting; 'tsm get --help' lists them",
  description: `
'default.X' is the setting X of processes started from now on; those that are there keep
theirs. Durations are written as 500ms, 30s or 10m, sizes as 10M or 1.5G.`,
  takesNumbers: true,
  flags: [],
  examples: [
    { command: "tsm set save.auto on", does: "save the list after each change" },
    { command: "tsm set default.kill_timeout 30s", does: "give new processes more time to end" },
  ],
  async run(args, context) {
    const [key, value] = args.words;
    if (key === undefined || value === undefined || args.words.length > 2) {
      throw new Deno.errors.InvalidData(
        "Cannot set: it takes a key and a value; example: tsm set save.auto on",
      );
    }
    const setting = requireSetting("set", key);
    const answer = await ask(context, setMessage, { key, value: parseSettingText(setting, value) });
    if (context.json) context.print(JSON.stringify(answer, null, 2));
    context.say(`Set ${key} to ${formatSettingValue(setting, answer.value)}`);
  },
};
