import { basename, resolve } from "@std/path/posix";
import { isFile } from "../files/path_info.ts";
import { readAt } from "../files/read_at.ts";

/** Bytes of a script that are looked through. */
const MAX_READ = 1024 * 1024;

/**
 * Whether a command runs node with a script that calls `process.send`. Under PM2 every program has
 * that function; without it such a script fails at once.
 *
 * @example
 * ```ts
 * import { callsProcessSend } from "./calls_process_send.ts";
 *
 * callsProcessSend({ argv: ["node", "server.js"], cwd: "/srv/app" });
 * ```
 */
export function callsProcessSend(
  { argv, cwd }: { readonly argv: readonly string[]; readonly cwd: string },
): boolean {
  const [program = "", ...args] = argv;
  if (!/^(node|nodejs)$/.test(basename(program))) return false;
  const script = args.find((arg) => !arg.startsWith("-"));
  const path = script === undefined ? undefined : resolve(cwd, script);
  // A fifo would be waited for.
  if (path === undefined || !isFile(path)) return false;
  try {
    using file = Deno.openSync(path);
    return /\bprocess\.send\b/.test(new TextDecoder().decode(readAt(file, 0, MAX_READ)));
  } catch {
    return false;
  }
}
