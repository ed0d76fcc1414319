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
import PRELOAD from "./preload.cjs" with { type: "text" };
import { hasMessageSocket } from "./readiness_sockets.ts";

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
 * An environment in which node runs the preload before any program, which gives the program
 * `process.send`: where nobody listens to that, its socket is empty.
 *
 * @param env Options that it has already are kept.
 * @param file Where the preload is, absolute; `null` for a process of another user, who reads
 * nothing below the root: it is handed over whole then.
 *
 * @example
 * ```ts
 * import { withPreload } from "./node_options.ts";
 *
 * withPreload({ NODE_OPTIONS: "--inspect" }, "/r/preload.cjs").NODE_OPTIONS;
 * // "--inspect --require /r/preload.cjs"
 * ```
 */
export function withPreload(env: Environment, file: string | null): Environment {
  const given = env.NODE_OPTIONS ? `${env.NODE_OPTIONS} ` : "";
  const flag = file === null ? `--import ${preloadUrl()}` : `--require ${quoted(file)}`;
  return { TSM_SEND_SOCKET: "", ...env, NODE_OPTIONS: `${given}${flag}` };
}

/** The preload as a URL: an ES module, without its comments. */
function preloadUrl(): string {
  const code = PRELOAD.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "").replace(/\n\s*/g, "\n");
  const module =
    `import { createRequire } from "module"; const require = createRequire("file:///");`;
  return `data:text/javascript,${encodeURIComponent(module + code)}`;
}

/** Within double quotes node takes `\` for the sign before a quote or another `\`. */
function quoted(path: string): string {
  return /[\s"\\]/.test(path) ? `"${path.replace(/["\\]/g, "\\$&")}"` : path;
}
