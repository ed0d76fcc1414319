import { readSettings } from "../../settings/settings_file.ts";
import { STORED_SETTINGS, type StoredSetting } from "../../settings/stored_settings.ts";
import type { Command } from "../command.ts";
import { formatTable } from "../output/table.ts";
import { describeSettings, formatSettingValue, requireSetting } from "../parse/setting_text.ts";

/** `tsm get`: shows settings, from the file alone. */
export const getCommand: Command = {
  name: "get",
  usage: "[KEY]",
  summary: "Show the settings, or one of them",
  description: `
Settings, with their kind and default:

${describeSettings()}`,
  flags: [],
  examples: [
    { command: "tsm get", does: "all settings, with where they come from" },
    { command: "tsm get save.auto", does: "the value of one" },
  ],
  run(args, context) {
    const [key] = args.words;
    if (args.words.length > 1) {
      throw new Deno.errors.InvalidData(
        "Cannot get: it takes one key, or none for all; example: tsm get save.auto",
      );
    }
    const wanted = key === undefined ? STORED_SETTINGS : [requireSetting("get", key)];
    const { values, problems } = readSettings(context.root);
    for (const problem of problems) context.warn(`tsm: ${problem}`);
    const valueOf = ({ key, default: standard }: StoredSetting) =>
      values.has(key) ? values.get(key) : standard;
    if (context.json) {
      const all = Object.fromEntries(wanted.map((setting) => [setting.key, valueOf(setting)]));
      context.print(JSON.stringify(key === undefined ? all : valueOf(wanted[0]!), null, 2));
    } else if (key !== undefined) {
      context.print(formatSettingValue(wanted[0]!, valueOf(wanted[0]!)));
    } else {
      const columns = [
        { header: "Key", width: 12, minimum: 16 },
        { header: "Value", width: 8, minimum: 8 },
        { header: "From", width: 7, drop: 1 },
      ];
      const rows = wanted.map((setting) => [
        setting.key,
        formatSettingValue(setting, valueOf(setting)),
        values.has(setting.key) ? "set" : "default",
      ]);
      for (
        const line of formatTable(columns, rows, context.color, { available: context.columns })
      ) {
        context.print(line);
      }
    }
  },
};
