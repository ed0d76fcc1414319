import { join } from "@std/path/posix";
import type { InitSystem, ServicePlan, ServiceScope } from "../startup/init_system.ts";
import { lookUpUser } from "../process/user.ts";
import { findRoot } from "../root.ts";
import type { Arguments } from "./parse/arguments.ts";
import type { Flag } from "./parse/flag.ts";
import type { Context } from "./context.ts";
import { ownCommand } from "../program/own_command.ts";

/** The flags that say which service is meant. */
export const SERVICE_FLAGS: readonly Flag[] = [
  { name: "user", value: "NAME", help: "who the supervisor runs as; by default you" },
  { name: "user-service", help: "a service of your own manager (systemctl --user), without root" },
  { name: "name", value: "NAME", help: "what the service is called; by default tsm or tsm-USER" },
];

/**
 * Whose manager the service is for.
 *
 * @throws {Deno.errors.InvalidData} if it is to be a user's, and users have none in this init system.
 */
export function scopeOf(init: InitSystem, args: Arguments): ServiceScope {
  if (!args.has("user-service")) return "system";
  if (init.hasUserServices) return "user";
  throw new Deno.errors.InvalidData(
    `Cannot make a --user-service for ${init.name}: it starts services for the system only; ` +
      "leave --user-service out",
  );
}

/**
 * Puts together which service is meant.
 *
 * @throws {Deno.errors.NotFound} if there is no such user.
 * @throws {Deno.errors.InvalidData} if a name or the root cannot stand in a unit, or the service is
 * to be one of another user's manager.
 */
export async function planService(
  args: Arguments,
  context: Context,
  scope: ServiceScope,
): Promise<ServicePlan> {
  const account = await lookUpUser(args.get("user") ?? String(Deno.uid()));
  const { name: user, home } = account;
  const isOther = account.uid !== Deno.uid();
  const root = isOther && isDefaultRoot(context) ? join(home, ".tsm") : context.rootPath;
  if (scope === "user" && isOther) {
    throw new Deno.errors.InvalidData(
      `Cannot make a --user-service for '${user}': only that user's own manager runs it; ` +
        `run this as '${user}', without --user`,
    );
  }
  const isOnly = user === "root" || scope === "user";
  const name = args.get("name") ?? (isOnly ? "tsm" : `tsm-${user}`);
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
  return { scope, name, root, user, home, command: ownCommand() };
}

/** Puts shell commands into one that runs them as who may install the service. */
export function asInstaller(
  { scope }: ServicePlan,
  commands: readonly string[],
): readonly string[] {
  const sudo = scope === "user" || Deno.uid() === 0 ? [] : ["sudo"];
  return [...sudo, "sh", "-c", commands.join(" && ")];
}

/** Whether neither --root nor TSM_ROOT names the root. */
function isDefaultRoot(context: Context): boolean {
  const HOME = Deno.env.get("HOME");
  if (Deno.env.get("TSM_ROOT") || !HOME) return false;
  return context.rootPath === findRoot(undefined, { HOME });
}
