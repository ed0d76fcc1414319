import { tokenMessage } from "../../api/messages/token.ts";
import { TOKEN_KINDS } from "../../api/token_kind.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";

/** `tsm token`: prints a token for reading. */
export const tokenCommand: Command = {
  name: "token",
  usage: "read|metrics [--renew]",
  summary: "Print a lasting token that may only read: all of the API, or GET /metrics",
  description: `
'read' opens every question of the API (docs/api.md) and no action; 'metrics' opens nothing but
GET /metrics. Each is made when it is first asked for and lies in runtime/read.token or
runtime/metrics.token, which only you can read. --renew withdraws it: a new one takes its place.`,
  flags: [{ name: "renew", help: "make a new one; the old one opens nothing any more" }],
  examples: [
    { command: "tsm token read", does: "print the one for a page or a program that only looks" },
    { command: "tsm token read --renew", does: "withdraw it; what has the old one is locked out" },
    {
      command: 'curl -H "authorization: Bearer $(tsm token metrics)" http://127.0.0.1:9464/metrics',
      does: "what 'tsm set metrics_port 9464' serves",
    },
  ],
  async run(args, context) {
    const [word] = args.words;
    const kind = TOKEN_KINDS.find((known) => known === word);
    if (kind === undefined || args.words.length > 1) {
      throw new Deno.errors.InvalidData(
        `Cannot print a token: there are ${TOKEN_KINDS.join(" and ")}; example: tsm token read`,
      );
    }
    const answer = await ask(context, tokenMessage, { kind, renew: args.has("renew") });
    context.print(context.json ? JSON.stringify(answer, null, 2) : answer.token);
  },
};
