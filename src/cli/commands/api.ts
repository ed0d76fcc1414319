import type { Command } from "../command.ts";

/** `tsm api openapi`: prints the description of the control API. */
export const apiCommand: Command = {
  name: "api",
  usage: "openapi",
  summary: "Print the description of the control API, for programs",
  description: `
OpenAPI 3.1; docs/api.md tells it to people. The supervisor answers it too, at /v1/openapi.json.`,
  flags: [],
  examples: [
    { command: "tsm api openapi >tsm.openapi.json", does: "keep it, for a generator of clients" },
    { command: "tsm api openapi | jq -r '.paths | keys[]'", does: "list what can be asked" },
  ],
  async run(args, context) {
    if (args.words.length !== 1 || args.words[0] !== "openapi") {
      throw new Deno.errors.InvalidData(
        "Cannot print a description: there is only 'openapi'; example: tsm api openapi",
      );
    }
    const { OPENAPI } = await import("../../api/openapi.ts");
    context.print(OPENAPI.trimEnd());
  },
};
