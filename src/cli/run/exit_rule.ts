import { readSpecFields } from "../../meta/spec_fields.ts";
import type { RuntimeRoot } from "../../root.ts";
import { EXIT } from "../exit_code.ts";
import type { Arguments } from "../parse/arguments.ts";
import { parseValue } from "../parse/parse_value.ts";

/** After which end `tsm run` stops what still runs: none, any, or one that is a failure. */
const EXIT_ON = ["all", "any", "failure"] as const;

/** Which ends of processes end the whole of `tsm run`. */
export interface ExitRule {
  readonly on: typeof EXIT_ON[number];
  /** The names of those without which the others are not to run. */
  readonly essential: ReadonlySet<string>;
}

/** An end after which the others are stopped. */
export interface DecisiveEnd {
  readonly name: string;
  readonly code: number;
  /** What has made it decisive: a flag, or a setting. */
  readonly rule: string;
}

/**
 * Reads `--exit-on`.
 *
 * @throws {Deno.errors.InvalidData} if it has another value.
 */
export function parseExitOn(args: Arguments): ExitRule["on"] {
  const text = args.get("exit-on");
  if (text === undefined) return "all";
  parseValue({ kind: "choice", words: EXIT_ON }, text, { what: "--exit-on", dir: Deno.cwd() });
  return EXIT_ON.find((word) => word === text)!;
}

/** Which of these processes are essential, as their specs have it. */
export function essentialOf(root: RuntimeRoot, names: readonly string[]): ReadonlySet<string> {
  return new Set(names.filter((name) => {
    try {
      return readSpecFields(root, name).essential === true;
    } catch {
      // It has been removed, or is damaged: it ends nothing.
      return false;
    }
  }));
}

/**
 * The first end, in the order of their start, after which the others are to be stopped.
 *
 * @param codes The exit code of each that has ended for good.
 */
export function decisiveEnd(
  { on, essential }: ExitRule,
  codes: ReadonlyMap<string, number>,
): DecisiveEnd | undefined {
  for (const [name, code] of codes) {
    if (essential.has(name)) return { name, code, rule: "essential" };
    if (on === "any" || on === "failure" && code !== EXIT.done) {
      return { name, code, rule: `--exit-on ${on}` };
    }
  }
  return undefined;
}
