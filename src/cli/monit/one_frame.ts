import { withCrashLoop } from "../../meta/crash_loop.ts";
import type { Context } from "../context.ts";
import type { LineFilter } from "../../logs/lines/line_filter.ts";
import { FollowedLog } from "./followed_log.ts";
import { frame } from "./frame.ts";
import { readHost } from "./host.ts";
import { plainLine } from "./line.ts";
import { ProcessSampler } from "./process_sampler.ts";
import { change, initialState } from "./state.ts";

/** Width of the one frame that is printed where there is no terminal. */
const COLUMNS = 120;
/** Lines of the log below the table. */
const LOG_LINES = 10;

/**
 * What the live view would show now: all processes, and the log of the first.
 *
 * @param filter Which lines of the log.
 */
export async function oneFrame(context: Context, filter: LineFilter): Promise<string[]> {
  const sampler = await sampled(context);
  const rows = sampler.rows();
  const state = change(initialState(context.root.base, readHost(), filter), {
    rows,
    isSupervised: sampler.isSupervised,
  });
  using followed = state.selected === undefined
    ? undefined
    : await FollowedLog.open(context.root, state.selected, filter);
  const log = followed?.lines.slice(-LOG_LINES) ?? [];
  const height = Math.max(rows.length, 3);
  const size = {
    columns: COLUMNS,
    rows: height + Math.max(LOG_LINES, Math.ceil(height * 0.7)) + 5,
  };
  const lines = frame({ ...state, log }, size).slice(0, -1).map(plainLine);
  return lines.slice(0, lines.findLastIndex((text) => text !== "") + 1);
}

/** The same for programs. */
export async function frameJson(context: Context) {
  const sampler = await sampled(context);
  const processes = sampler.rows().map(({ meta, stats }) => ({
    ...withCrashLoop(meta),
    cpu: stats?.cpu ?? null,
    mem: stats?.mem ?? null,
  }));
  return { host: readHost(), supervised: sampler.isSupervised, processes };
}

/** A sampler that has read the files and asked for CPU and memory once. */
async function sampled({ root }: Context): Promise<ProcessSampler> {
  const sampler = new ProcessSampler(root);
  sampler.rows();
  await sampler.sample();
  return sampler;
}
