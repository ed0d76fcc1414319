/**
 * The options that node takes from its environment.
 *
 * Format: https://nodejs.org/api/cli.html#node_optionsoptions
 *
 * @module
 */
import type { SpecSettings } from "../settings/table/settings_table.ts";
import type { Environment } from "./environment.ts";
import { hasMessageSocket } from "./notify_variables.ts";

/** Whether node must run tsm's preload before a program with these settings. */
export function needsPreload(
  { share_port, wait_ready }: Pick<SpecSettings, "share_port" | "wait_ready">,
): boolean {
  return share_port || hasMessageSocket({ wait_ready });
}

/**
 * An environment in which node runs a file before any program.
 *
 * @param env Options that it has already are kept.
 * @param preload The file, absolute.
 *
 * @example
 * ```ts
 * import { withPreload } from "./node_options.ts";
 *
 * withPreload({ NODE_OPTIONS: "--inspect" }, "/r/preload.cjs").NODE_OPTIONS;
 * // "--inspect --require /r/preload.cjs"
 * ```
 */
export function withPreload(env: Environment, preload: string): Environment {
  const given = env.NODE_OPTIONS ? `${env.NODE_OPTIONS} ` : "";
  return { ...env, NODE_OPTIONS: `${given}--require ${quoted(preload)}` };
}

/** Within double quotes node takes `\` for the sign before a quote or another `\`. */
function quoted(path: string): string {
  return /[\s"\\]/.test(path) ? `"${path.replace(/["\\]/g, "\\$&")}"` : path;
}
