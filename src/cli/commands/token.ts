import { tokenMessage } from "../../api/messages/token.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";

/** `tsm token`: prints a token for reading. */
export const tokenCommand: Command = {
  name: "token",
  usage: "metrics [--renew]",
  summary: "Print the lasting token with which Prometheus may read GET /metrics",
  description: `
It is made when it is first asked for, lies in runtime/metrics.token, which only you can read,
and opens nothing but GET /metrics.`,
  flags: [{ name: "renew", help: "make a new one; the old one opens nothing any more" }],
  examples: [
    { command: "tsm token metrics", does: "print it" },
    {
      command: 'curl -H "authorization: Bearer $(tsm token metrics)" http://127.0.0.1:9464/metrics',
      does: "what 'tsm set metrics_port 9464' serves",
    },
  ],
  async run(args, context) {
    const [kind] = args.words;
    if (kind !== "metrics" || args.words.length > 1) {
      throw new Deno.errors.InvalidData(
        "Cannot print a token: the only one there is is 'metrics'; example: tsm token metrics",
      );
    }
    const answer = await ask(context, tokenMessage, { kind, renew: args.has("renew") });
    context.print(context.json ? JSON.stringify(answer, null, 2) : answer.token);
  },
};
