import { healthMessage, type HealthResponse } from "../../api/messages/health.ts";
import { statsMessage, type StatsResponse } from "../../api/messages/stats.ts";
import type { Command } from "../command.ts";
import { awaitAnswer } from "../connection/await_answer.ts";
import { findSupervisor } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import {
  describeProcess,
  type Description,
  descriptionJson,
} from "../../views/describe_process.ts";
import { descriptionLines } from "../describe/description_lines.ts";
import { withoutFiles } from "../select/files_among.ts";
import { selectListed } from "../select/select_listed.ts";

/** `tsm describe`: everything known about a process. */
export const describeCommand: Command = {
  name: "describe",
  usage: "SEL…",
  summary: "Show everything known about a process",
  flags: [{ name: "all", short: "a", help: "also the policies that have their default" }],
  examples: [
    {
      command: "tsm describe myapp-3000",
      does: "what it runs, how it is doing, what happened to it",
    },
    { command: "tsm describe myapp-3000 --json | jq .history", does: "the same for programs" },
  ],
  async run(args, context) {
    if (args.words.length === 0) {
      throw new Deno.errors.InvalidData(
        "Cannot describe: no process is named; example: tsm describe api",
      );
    }
    const selectors = await withoutFiles(context, "describe", args);
    const metas = selectListed(context, "describe", selectors);
    const { stats, health } = await readLive(context);
    const described = metas.map((meta) =>
      describeProcess(context, meta, { stats: stats[meta.name], health: health[meta.name] })
    );
    if (context.json) {
      const values = described.map(descriptionJson);
      const isOne = values.length === 1 && !selectors.some(meansSeveral);
      context.print(JSON.stringify(isOne ? values[0] : values, null, 2));
      return;
    }
    const layOut = (one: Description) =>
      descriptionLines(one, {
        color: context.color,
        available: context.columns,
        zone: context.zone,
        isWhole: args.has("all"),
      });
    context.print(described.map((one) => layOut(one).join("\n")).join("\n\n"));
  },
};

/** Whether programs that ask for it must expect a list, however many processes it is just now. */
function meansSeveral(selector: string): boolean {
  return selector === "all" || /^\/.*\/i?$/s.test(selector);
}

/** What only the supervisor knows. */
async function readLive(context: Context): Promise<StatsResponse & HealthResponse> {
  const address = await findSupervisor(context.root);
  if (!address) return { stats: {}, health: {} };
  const [{ stats }, { health }] = await Promise.all([
    awaitAnswer(context, address, statsMessage, {}),
    // A supervisor of an earlier version does not know this request.
    awaitAnswer(context, address, healthMessage, {}).catch(() => ({ health: {} })),
  ]);
  return { stats, health };
}
