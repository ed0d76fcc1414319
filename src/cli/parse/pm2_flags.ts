import { COMMON_FLAGS, type Syntax } from "./arguments.ts";
import { endOfFlags } from "./end_of_flags.ts";
import { areOwnFlags, isPm2Switch } from "./own_flags.ts";
import { type Flag, isForeign, spellings, splitValue } from "./flag.ts";

/** What was typed, in the flags of tsm. */
export interface InOwnFlags {
  readonly args: readonly string[];
  /** What of it is passed over, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Puts flags that PM2 calls otherwise into those of tsm. What a command has itself, and what
 * neither has, stays as it is.
 *
 * @param args What follows the name of the command.
 * @throws {Deno.errors.InvalidData} for one that cannot be had here, saying what does the same.
 */
export async function inOwnFlags(command: Syntax, args: readonly string[]): Promise<InOwnFlags> {
  const flags = [...command.flags, ...COMMON_FLAGS];
  const end = endOfFlags(args);
  // PM2's table is read only where something is not ours.
  if (areOwnFlags(command, args)) return { args, notes: [] };
  const { findPm2Flag } = await import("../../pm2/pm2_flags.ts");
  const result: string[] = [];
  const notes: string[] = [];
  for (let index = 0; index < end; index++) {
    const arg = args[index]!;
    if (isPm2Switch(args, index, flags)) {
      result.push("--wait-ready=message");
      continue;
    }
    const [name, given] = splitValue(arg);
    const meant = isForeign(arg, flags) ? findPm2Flag(command.name, name) : undefined;
    if (meant === undefined) {
      result.push(arg);
      // The value of one of our own flags is none of PM2's.
      if (takesNext(arg, flags) && index + 1 < end) result.push(args[++index]!);
      continue;
    }
    if (meant.fate !== "mapped") {
      if (meant.fate === "refused") {
        throw new Deno.errors.InvalidData(
          `Cannot run 'tsm ${command.name}' with PM2's ${name}: ${meant.becomes}`,
        );
      }
      notes.push(`PM2's ${name} is ignored: ${meant.becomes}`);
      if (meant.hasValue && given === undefined && !/^-/.test(args[index + 1] ?? "-")) index++;
      continue;
    }
    const flag = flags.find((one) => one.name === meant.flag);
    if (flag === undefined) {
      result.push(arg);
    } else if (flag.value === undefined) {
      result.push(`--${flag.name}`);
    } else {
      const value = given ?? (index + 1 < end ? args[++index]! : "");
      if (name === "-c") refuseShellCommand(command, value);
      result.push(`--${flag.name}=${meant.convert?.(value) ?? value}`);
    }
  }
  return { args: [...result, ...args.slice(end)], notes };
}

function takesNext(arg: string, flags: readonly Flag[]): boolean {
  const flag = flags.find((one) => spellings(one).includes(arg));
  return flag?.value !== undefined && flag.optional === undefined;
}

/** How a cron pattern begins: `@daily`, or with a part of digits, stars and the like. */
const CRON_PATTERN = /^\s*(@|[\d*?,/-]+(\s|$))/;

/** Refuses `sh -c 'sleep 1'`: a shell's `-c` is not the one of PM2, which means a cron pattern. */
function refuseShellCommand({ name }: Syntax, value: string): void {
  if (CRON_PATTERN.test(value)) return;
  throw new Deno.errors.InvalidData(
    `Cannot run 'tsm ${name}' with -c '${value}': -c is --cron-restart, as PM2 has it, and that is ` +
      `no cron pattern; flags of the command itself go behind --, as in: ` +
      `tsm ${name} -- sh -c '${value}'`,
  );
}
