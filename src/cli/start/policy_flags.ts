import { AUTORESTARTS, type SpecSettings } from "../../settings/spec_settings.ts";
import { parseSignal } from "../../process/signals.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Flag } from "../parse/flag.ts";
import { parseDuration } from "../parse/parse_duration.ts";
import { parseSize } from "../parse/parse_size.ts";

/** A flag that sets one setting of a spec. */
interface PolicyFlag extends Flag {
  readonly parse: (text: string) => Partial<SpecSettings>;
}

const FLAGS: readonly PolicyFlag[] = [
  {
    name: "autorestart",
    value: "always|on-failure|never",
    help: "when to start it again after it ended by itself (always)",
    parse: (text) => ({ autorestart: parseAutorestart(text) }),
  },
  {
    name: "max-restarts",
    value: "16",
    help: "give up after so many unstable restarts in a row",
    parse: (text) => ({ max_restarts: parseCount(text, "--max-restarts", 1_000_000) }),
  },
  {
    name: "min-uptime",
    value: "1s",
    help: "a run that ends sooner is unstable",
    parse: (text) => ({ min_uptime: parsePause(text, "--min-uptime") }),
  },
  {
    name: "restart-delay",
    value: "2s",
    help: "pause before every restart (none)",
    parse: (text) => ({ restart_delay: parsePause(text, "--restart-delay") }),
  },
  {
    name: "exp-backoff",
    value: "100ms",
    help: "pause that grows by half at every restart, up to 15s",
    parse: (text) => ({ exp_backoff: parsePause(text, "--exp-backoff") }),
  },
  {
    name: "stop-exit-codes",
    value: "0,143",
    help: "exit codes after which it stays stopped",
    parse: (text) => ({ stop_exit_codes: parseExitCodes(text) }),
  },
  {
    name: "max-memory",
    value: "300M",
    help: "restart it when it and its children hold more memory",
    parse: (text) => ({ max_memory: parseSize(text, "--max-memory") }),
  },
  {
    name: "cron-restart",
    value: "'0 3 * * *'",
    help: "restart it at these times, in the supervisor's time zone",
    // The supervisor, which keeps the schedule, checks it.
    parse: (text) => ({ cron_restart: text }),
  },
  {
    name: "kill-timeout",
    value: "5s",
    help: "time it has to end before SIGKILL",
    parse: (text) => ({ kill_timeout: parsePause(text, "--kill-timeout") }),
  },
  {
    name: "stop-signal",
    value: "SIGTERM",
    help: "the signal that asks it to end",
    parse: (text) => ({ stop_signal: parseSignal(text) }),
  },
];

/** The flags that say when a process is restarted and how it is stopped. */
export const POLICY_FLAGS: readonly Flag[] = FLAGS;

/**
 * The settings that the given {@linkcode POLICY_FLAGS} mean.
 *
 * @throws {Deno.errors.InvalidData} quoting a value that is not of the right form.
 */
export function readPolicy(args: Arguments): Partial<SpecSettings> {
  const given = FLAGS.map(({ name, parse }) => {
    const text = args.get(name);
    return text === undefined ? {} : parse(text);
  });
  return Object.assign({}, ...given);
}

function parseAutorestart(text: string): SpecSettings["autorestart"] {
  const found = AUTORESTARTS.find((known) => known === text);
  if (found) return found;
  throw new Deno.errors.InvalidData(
    `Cannot use ${JSON.stringify(text)} as --autorestart: it takes ${AUTORESTARTS.join(", ")}; ` +
      "example: --autorestart on-failure",
  );
}

function parseCount(text: string, flag: string, maximum: number): number {
  if (/^[0-9]+$/.test(text) && Number(text) <= maximum) return Number(text);
  throw new Deno.errors.InvalidData(
    `Cannot use ${
      JSON.stringify(text)
    } as ${flag}: it takes a whole number from 0 to ${maximum}; ` +
      `example: ${flag} 5`,
  );
}

function parsePause(text: string, flag: string): number {
  const milliseconds = parseDuration(text, flag);
  if (milliseconds <= 86_400_000) return milliseconds;
  throw new Deno.errors.InvalidData(
    `Cannot use ${JSON.stringify(text)} as ${flag}: a day is the maximum; example: ${flag} 5s`,
  );
}

function parseExitCodes(text: string): number[] {
  const codes = text.split(",").map((code) => code.trim());
  if (codes.every((code) => /^[0-9]{1,3}$/.test(code) && Number(code) <= 255)) {
    return codes.map(Number);
  }
  throw new Deno.errors.InvalidData(
    `Cannot use ${JSON.stringify(text)} as --stop-exit-codes: it takes codes from 0 to 255; ` +
      "example: --stop-exit-codes 0,143",
  );
}
