import { formatValue } from "./format_value.ts";
import type { Part } from "./value_type.ts";

/** One setting of a process: everything that is known of it. */
export interface Setting extends Part {
  /** What it is when nobody says otherwise; `null`: nothing. PM2's value where PM2 has one. */
  readonly default: unknown;
  /** Its name in `tsm.jsonc`, where that is not its name in `spec.json`; `null`: it has none. */
  readonly inFile?: string | null;
  /** Whether all instances of an app have the same, or each its own. */
  readonly of: "app" | "instance";
  /** Whether a process that runs gets another value only by a restart. */
  readonly needsRestart: boolean;
  /** Whether `tsm set default.NAME` gives all new processes another default. */
  readonly hasStoredDefault: boolean;
  /**
   * Set where an app has it beside its settings, or where tsm finds it out by itself: what a
   * file says of a process is then not looked for in the settings of its spec.
   */
  readonly isApart?: true;
  /** Where `tsm describe` tells it: with the program, with the name; else with the policy. */
  readonly describedBy?: "program" | "name" | "policy";
}

/**
 * The help of a setting or of a part of one, with its default behind it.
 *
 * @example
 * ```ts
 * import { helpWithDefault } from "./setting.ts";
 * import { SETTINGS } from "./settings_table.ts";
 *
 * helpWithDefault(SETTINGS.kill_timeout); // "time it has to end before SIGKILL (5s)"
 * ```
 */
export function helpWithDefault(part: Part): string {
  const standard = part.default;
  // The help of a switch says what it is by default, and a default of nothing needs no words.
  const isTold = typeof standard === "string" || typeof standard === "number" && standard !== 0;
  return isTold ? `${part.help} (${formatValue(part.type, standard)})` : part.help;
}
