import { tsmSchema } from "../../config/tsm_file.ts";
import type { Command } from "../command.ts";

/** `tsm schema`: prints the JSON schema of `tsm.jsonc`. */
export const schemaCommand: Command = {
  name: "schema",
  usage: "",
  summary: "Print the JSON schema of tsm.jsonc, for editors",
  flags: [],
  examples: [
    { command: "tsm schema > tsm.schema.json", does: "keep it beside a tsm.jsonc that names it" },
    {
      command: "tsm schema | jq -r '.properties.defaults.properties | keys[]'",
      does: "list the settings",
    },
  ],
  run(args, context) {
    if (args.words.length > 0) {
      throw new Deno.errors.InvalidData(
        "Cannot print a schema for a file: 'tsm schema' takes no words; 'tsm validate FILE' checks one",
      );
    }
    context.print(JSON.stringify(tsmSchema(), null, 2));
  },
};
