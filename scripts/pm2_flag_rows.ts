/**
 * What becomes of the flags of PM2's command line, for the table of `docs/pm2.md`.
 *
 * @module
 */
import type { Command } from "../src/cli/command.ts";
import { logsCommand } from "../src/cli/commands/logs.ts";
import { lsCommand } from "../src/cli/commands/ls.ts";
import { reloadCommand } from "../src/cli/commands/reload.ts";
import { restartCommand } from "../src/cli/commands/restart.ts";
import { saveCommand } from "../src/cli/commands/save.ts";
import { startCommand } from "../src/cli/commands/start.ts";
import { startupCommand } from "../src/cli/commands/startup.ts";
import { stopCommand } from "../src/cli/commands/stop.ts";
import { COMMON_FLAGS } from "../src/cli/parse/arguments.ts";
import { type Flag, spellings } from "../src/cli/parse/flag.ts";
import { findPm2Command } from "../src/pm2/pm2_commands.ts";
import { findPm2Flag, type Pm2Flag } from "../src/pm2/pm2_flags.ts";
import { RECORDED_FLAGS, type RecordedFlag } from "../tests/pm2/recorded/command_line.ts";

const COMMANDS: readonly Command[] = [
  startCommand,
  restartCommand,
  reloadCommand,
  stopCommand,
  lsCommand,
  logsCommand,
  saveCommand,
  startupCommand,
];

/** What a way to type a flag of PM2's is here. */
export type FlagFate = Pm2Flag | {
  readonly fate: "own";
  /** The flag of tsm's that is typed so, without its dashes. */
  readonly flag: string;
} | { readonly fate: "none" };

/** The command of tsm's that a flag of PM2's is given to; `undefined` where nothing does the same. */
export function commandOf({ of }: RecordedFlag): Command | undefined {
  const name = findPm2Command(of)?.words?.[0];
  return COMMANDS.find((command) => command.name === name);
}

/**
 * What `spelled` is to a command.
 *
 * @param spelled With its dashes.
 */
export function fateOf(command: Command, spelled: string): FlagFate {
  const own = flagsOf(command).find((flag) => spellings(flag).includes(spelled));
  if (own) return { fate: "own", flag: own.name };
  return findPm2Flag(command.name, spelled) ?? { fate: "none" };
}

function flagsOf({ flags }: Command): readonly Flag[] {
  return [...flags, ...COMMON_FLAGS];
}

/** The rows of the table: the flag, PM2's command, what it is here. */
export function pm2FlagRows(): readonly (readonly string[])[] {
  return RECORDED_FLAGS.map((flag) => [
    flag.spelled.map((spelled) => `\`${spelled}\``).join(", "),
    `\`${flag.of}\``,
    becomes(flag),
  ]);
}

function becomes(flag: RecordedFlag): string {
  const command = commandOf(flag);
  if (command === undefined) return "refused with its command";
  const long = flag.spelled.at(-1)!;
  const fate = fateOf(command, long);
  const own = fate.fate === "own" && flagsOf(command).find(({ name }) => name === fate.flag);
  const lacksValue = own && flag.takes !== "value" && needsValue(own);
  const text = lacksValue
    ? `takes a value here: \`${long} ${own.value}\``
    : textOf(command, long, fate);
  const others = flag.spelled.slice(0, -1).flatMap((letter) => {
    const other = fateOf(command, letter);
    return other.fate === "own" && !("flag" in fate && fate.flag === other.flag)
      ? [`\`${letter}\` is \`--${other.flag}\` here`]
      : [];
  });
  return [text, ...others].join("; ");
}

function textOf(command: Command, spelled: string, fate: FlagFate): string {
  switch (fate.fate) {
    case "own": {
      const pm2 = findPm2Flag(command.name, spelled);
      if (pm2?.fate !== "mapped") return "the same";
      if (pm2.flag !== fate.flag) {
        return `the same with a file that lists processes; \`--${pm2.flag}\``;
      }
      return isInMilliseconds(pm2) ? "the same, with a unit" : "the same";
    }
    case "mapped": {
      const unit = isInMilliseconds(fate) ? "; a number is milliseconds" : "";
      return `works: \`--${fate.flag}\`${unit}`;
    }
    case "ignored":
      return `passed over: ${fate.becomes}`;
    case "refused":
      return `refused: ${fate.becomes}`;
    case "none":
      return "unknown";
  }
}

function needsValue({ value, optional }: Flag): boolean {
  return value !== undefined && optional === undefined;
}

function isInMilliseconds(flag: Pm2Flag): boolean {
  return flag.fate === "mapped" && flag.convert?.("1") === "1ms";
}
