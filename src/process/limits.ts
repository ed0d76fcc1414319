import { runShell } from "./run_shell.ts";
import type { LIMIT_SETTINGS } from "../settings/table/limits.ts";
import type { SpecSettings } from "../settings/table/settings_table.ts";

/** The name of a limit, which is that of its setting. */
export type LimitKey = keyof typeof LIMIT_SETTINGS;

/** What a process may take of the system; `null`: what the supervisor has. */
export type Limits = { readonly [K in LimitKey]: SpecSettings[K] };

/** How a limit comes to hold. */
interface LimitEffect {
  /**
   * A line of shell that sets it for the shell that becomes the program, from the variable of
   * the limit's name. It may fail where the system can refuse it, and must not end the shell.
   */
  readonly shell: string;
  /** Why the system refuses it, and what to do; not said of what no system refuses. */
  readonly refusal?: (value: unknown) => string;
}

/** What each limit does: a setting of the group without an effect is an error of types. */
const EFFECTS: { readonly [K in LimitKey]: LimitEffect } = {
  nice: {
    shell: 'command -p renice "$nice" -p $$',
    refusal: (value) =>
      `the system refuses it a niceness (nice) of ${value}: below its own only root may go; ` +
      "take a higher one, or run the supervisor as root",
  },
  nofile: {
    // A shell ends where its own 'ulimit' fails: it is tried in another one first.
    shell: '(ulimit -n "$nofile") && ulimit -n "$nofile"',
    refusal: (value) =>
      `the system refuses it ${value} open files (nofile): 'ulimit -Hn' shows how many it ` +
      "grants; take fewer, or raise the limit for the supervisor",
  },
  umask: { shell: 'umask "$umask"' },
};

const KEYS = Object.keys(EFFECTS) as readonly LimitKey[];

/** Lines of shell that take the limits from the front of its arguments. */
export const TAKE_LIMITS: string = KEYS.map((key) => `${key}=$1; shift`).join("\n");

/** Lines of shell that set limits; one that is refused is named on standard output. */
export const SET_LIMITS: string = KEYS.map((key) =>
  `[ -z "$${key}" ] || { ${EFFECTS[key].shell}; } >/dev/null 2>&1 || { echo ${key}; exit 125; }`
).join("\n");

/** Whether there is a limit to be set at all. */
export function hasLimits(limits: Limits): boolean {
  return KEYS.some((key) => limits[key] !== null);
}

/** What {@linkcode TAKE_LIMITS} takes. */
export function limitArguments(limits: Limits | undefined): readonly string[] {
  return KEYS.map((key) => String(limits?.[key] ?? ""));
}

/**
 * Checks that the system grants what a process is to have, by setting it for a shell that ends
 * at once: what the process's own shell says goes to its log.
 *
 * @throws {Deno.errors.PermissionDenied} if it refuses one of the limits.
 */
export async function tryLimits(limits: Limits): Promise<void> {
  if (KEYS.every((key) => limits[key] === null || EFFECTS[key].refusal === undefined)) return;
  const script = `${TAKE_LIMITS}\n(${SET_LIMITS}\n) || true`;
  const refused = (await runShell(script, ...limitArguments(limits))).trim();
  const key = KEYS.find((key) => key === refused);
  const message = key && EFFECTS[key].refusal?.(limits[key]);
  if (message !== undefined) throw new Deno.errors.PermissionDenied(message);
}
