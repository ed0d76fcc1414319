/**
 * The options that node takes from its environment.
 *
 * Format: https://nodejs.org/api/cli.html#node_optionsoptions
 *
 * @module
 */
import type { SpecSettings } from "../settings/table/settings_table.ts";
import type { Environment } from "./environment.ts";
import { callsProcessSend } from "./calls_process_send.ts";
import { hasMessageSocket } from "./notify_variables.ts";

/** What tells whether a program needs the preload. */
export type PreloadedProgram =
  & Pick<SpecSettings, "share_port" | "wait_ready" | "user">
  & Parameters<typeof callsProcessSend>[0];

/**
 * Whether node must run tsm's preload before a program. One of another user, who does not reach
 * the file below the root, gets it only where a setting asks for it.
 */
export function needsPreload(program: PreloadedProgram): boolean {
  const { share_port, user } = program;
  return share_port || hasMessageSocket(program) || user === null && callsProcessSend(program);
}

/**
 * An environment in which node runs a file before any program, and which gives the program
 * `process.send`: where nobody listens to that, its socket is empty.
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
  return { TSM_SEND_SOCKET: "", ...env, NODE_OPTIONS: `${given}--require ${quoted(preload)}` };
}

/** Within double quotes node takes `\` for the sign before a quote or another `\`. */
function quoted(path: string): string {
  return /[\s"\\]/.test(path) ? `"${path.replace(/["\\]/g, "\\$&")}"` : path;
}
