import type { SpecSettings } from "../../settings/spec_settings.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Flag } from "../parse/flag.ts";
import { firstWrong, markedError } from "../parse/mark.ts";
import { parseDuration } from "../parse/parse_duration.ts";
import { parseSize } from "../parse/parse_size.ts";

/** The flags that say how the logs of a process are kept. */
export const LOG_KEEPING_FLAGS: readonly Flag[] = [
  { name: "log-max-size", value: "SIZE", help: "rotate a log that has SIZE (10M; 0: never)" },
  { name: "log-max-files", value: "N", help: "keep N rotated files of each log (30; 0: all)" },
  { name: "log-max-age", value: "TIME", help: "keep rotated files for TIME, as in 7d" },
  { name: "log-max-total", value: "SIZE", help: "keep so much of rotated files in all" },
  {
    name: "log-rotate",
    value: "WHEN",
    help: "rotate daily, hourly, or by a cron expression (UTC)",
  },
  { name: "log-rotate-on-restart", help: "begin new logs at every restart" },
  { name: "no-freeze", help: "rotate without a pause of milliseconds; may lose lines" },
];

/**
 * The settings that {@linkcode LOG_KEEPING_FLAGS} ask for; only those given.
 *
 * @throws {Deno.errors.InvalidData} for a size, number, time or schedule that does not parse.
 */
export async function readLogKeeping(args: Arguments): Promise<Partial<SpecSettings>> {
  const given = async <T>(flag: string, read: (text: string) => T | Promise<T>) => {
    const text = args.get(flag);
    return text === undefined ? undefined : await read(text);
  };
  const settings = {
    log_max_size: await given("log-max-size", (text) => parseSize(text, "--log-max-size")),
    log_max_files: await given("log-max-files", parseCount),
    log_max_age: await given("log-max-age", (text) => parseDuration(text, "--log-max-age")),
    log_max_total: await given("log-max-total", (text) => parseSize(text, "--log-max-total")),
    log_rotate: await given("log-rotate", parseSchedule),
    log_rotate_on_restart: args.has("log-rotate-on-restart") || undefined,
    freeze: args.has("no-freeze") ? false : undefined,
  };
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as Partial<SpecSettings>;
}

function parseCount(text: string): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw markedError(
    `Cannot keep ${JSON.stringify(text)} files: --log-max-files takes a whole number`,
    text,
    firstWrong(text, /^[0-9]*/),
    "--log-max-files 10",
  );
}

async function parseSchedule(text: string): Promise<string> {
  if (text === "daily" || text === "hourly") return text;
  // Only those who write an expression pay for its parser.
  const { nextRotation } = await import("../../logs/schedule.ts");
  try {
    nextRotation(text, Date.now());
    return text;
  } catch (error) {
    throw markedError(
      `Cannot rotate logs at ${JSON.stringify(text)}: ${(error as Error).message}`,
      text,
      0,
      "daily, hourly, '0 */6 * * *' (every six hours, UTC)",
    );
  }
}
