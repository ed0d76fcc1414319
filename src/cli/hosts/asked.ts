import type { Context } from "../context.ts";
import type { Arguments } from "../parse/arguments.ts";
import { parseDuration } from "../parse/parse_duration.ts";
import type { Question } from "./ask_hosts.ts";
import { remoteScript } from "./remote_script.ts";

/** Milliseconds until a machine has to say that it is there; ssh itself gives up after ten seconds. */
const ANSWER_LIMIT = 15_000;
/** Milliseconds until what only looks has to end. */
export const LOOK_LIMIT = 30_000;
/** The same for all else: a start or a stop may take long, and tsm there gives up by itself. */
export const CHANGE_LIMIT = 600_000;
/** Milliseconds that a machine gets beyond `--timeout`, to say itself what it has waited for. */
const GRACE = 5_000;

/** A command that is for other machines. */
export interface Asked {
  readonly name: string;
  /** What follows the name, as it is typed. */
  readonly args: readonly string[];
  /** The same, read. */
  readonly parsed: Arguments;
  readonly context: Context;
  readonly hosts: readonly string[];
  /** A root there; `undefined`: the one that tsm finds there. */
  readonly root: string | undefined;
}

/** What the machines are asked, without who takes the answers. */
export type BareQuestion = Omit<Question, "onLine" | "onEnd">;

/**
 * What the machines are asked for a command.
 *
 * @param words What follows the command's name there.
 * @param limit Milliseconds until tsm has to end there; `undefined`: it may go on for good.
 * @param variables For tsm there alone.
 */
export function questionOf(
  { name, context: { timeout }, hosts, root }: Asked,
  words: readonly string[],
  limit: number | undefined,
  variables: Readonly<Record<string, string>> = {},
): BareQuestion {
  const program = Deno.env.get("TSM_REMOTE") || "tsm";
  const given = [name, ...root === undefined ? [] : ["--root", root], ...words];
  const own = timeout === undefined ? undefined : parseDuration(timeout, "--timeout");
  return {
    hosts,
    program,
    script: remoteScript({ program, words: given, variables }),
    limits: {
      answer: Math.min(own ?? ANSWER_LIMIT, ANSWER_LIMIT),
      end: limit === undefined || own === undefined ? limit : own + GRACE,
    },
  };
}
