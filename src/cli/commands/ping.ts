import { request } from "../../api/client.ts";
import { pingMessage } from "../../api/messages/ping.ts";
import type { Command } from "../command.ts";
import { ask, findSupervisor } from "../connection/connection.ts";
import { formatDuration } from "../output/duration.ts";

/** Milliseconds an answer may take. */
const PATIENCE = 5000;

/** `tsm ping`: asks whether a supervisor is there; starts none unless that is asked for. */
export const pingCommand: Command = {
  name: "ping",
  usage: "[--start]",
  summary: "Ask whether the supervisor answers",
  flags: [{ name: "start", help: "start one where there is none" }],
  examples: [
    { command: "tsm ping", does: "exit 0 if it answers, 69 if there is none" },
    { command: "tsm ping --start", does: "have one for programs that only use the API" },
  ],
  async run(args, context) {
    if (args.has("start")) await ask(context, pingMessage, {});
    const address = await findSupervisor(context.root);
    if (!address) {
      throw new Deno.errors.NotConnected(
        `no supervisor runs in ${context.root.base}; any command that needs one starts it`,
      );
    }
    const answer = await request(address, pingMessage, {}, { patience: PATIENCE });
    if (context.json) context.print(JSON.stringify(answer, null, 2));
    const { pid, version, started, processes } = answer;
    const uptime = formatDuration(Date.now() / 1000 - started);
    const count = processes === 1 ? "1 process" : `${processes} processes`;
    context.say(`pong: tsm ${version}, pid ${pid}, up ${uptime}, ${count}`);
  },
};
