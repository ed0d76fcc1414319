import { join } from "@std/path";
import type { ServicePlan } from "../startup/init_system.ts";
import { lookUpUser } from "../process/user.ts";
import { findRoot } from "../root.ts";
import type { Arguments } from "./parse/arguments.ts";
import type { Flag } from "./parse/flag.ts";
import type { Context } from "./context.ts";
import { ownCommand } from "./connection/supervisor_process.ts";

/** The flags that say which service is meant. */
export const SERVICE_FLAGS: readonly Flag[] = [
  { name: "user", value: "NAME", help: "who the supervisor runs as; by default you" },
  { name: "name", value: "NAME", help: "what the service is called; by default tsm or tsm-USER" },
];

/**
 * Puts together which service is meant.
 *
 * @throws {Deno.errors.NotFound} if there is no such user.
 * @throws {Deno.errors.InvalidData} if a name or the root cannot stand in a unit.
 */
export async function planService(args: Arguments, context: Context): Promise<ServicePlan> {
  const account = await lookUpUser(args.get("user") ?? String(Deno.uid()));
  const { name: user, home } = account;
  const isOther = account.uid !== Deno.uid();
  const root = isOther && isDefaultRoot(context) ? join(home, ".tsm") : context.rootPath;
  const name = args.get("name") ?? (user === "root" ? "tsm" : `tsm-${user}`);
  if (!/^[A-Za-z0-9][A-Za-z0-9_.@-]*$/.test(name)) {
    throw new Deno.errors.InvalidData(
      `Cannot call a service ${JSON.stringify(name)}: it takes letters, digits, '_', '.', '@', '-'`,
    );
  }
  if (/\p{Cc}/u.test(root)) {
    throw new Deno.errors.InvalidData(
      `Cannot make a unit for the root ${JSON.stringify(root)}: it holds a control character`,
    );
  }
  return { name, root, user, home, command: ownCommand() };
}

/** Puts shell commands into one that runs them as root. */
export function asRoot(commands: readonly string[]): readonly string[] {
  const sudo = Deno.uid() === 0 ? [] : ["sudo"];
  return [...sudo, "sh", "-c", commands.join(" && ")];
}

/** Whether neither --root nor TSM_ROOT names the root. */
function isDefaultRoot(context: Context): boolean {
  const HOME = Deno.env.get("HOME");
  if (Deno.env.get("TSM_ROOT") || !HOME) return false;
  return context.rootPath === findRoot(undefined, { HOME });
}
