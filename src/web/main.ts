import { BoundedServer } from "../api/server/bounded_server.ts";
import { findAddress, readOwnText } from "../api/supervisor_file.ts";
import { isSupervisorAlive } from "../api/supervisor_lock.ts";
import { messageOf } from "../errors.ts";
import { pidExists } from "../process/signals.ts";
import { printable } from "../printable.ts";
import { scrubEnvironment } from "../program/own_environment.ts";
import { findRoot, type RuntimeRoot, runtimeRoot } from "../root.ts";
import { checkRootTrusted } from "../root_trust.ts";
import { VERSION } from "../version.ts";
import type { Upstream } from "./forward.ts";
import { pageFiles } from "./page_files.ts";
import { Sessions } from "./sessions.ts";
import { createWebHandler } from "./web_handler.ts";

/**
 * The page's own process, which tsm manages as any other. It serves until it is stopped.
 *
 * @param args `--port PORT`; `--read-only`: it holds the token that may only read.
 * @returns the exit code, where it cannot serve.
 */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await serve(args);
    return 0;
  } catch (error) {
    console.error(`tsm web: ${printable(messageOf(error), false)}`);
    return 1;
  }
}

async function serve(args: readonly string[]): Promise<never> {
  scrubEnvironment();
  const path = findRoot(undefined, { TSM_ROOT: Deno.env.get("TSM_ROOT"), HOME: undefined });
  const root = runtimeRoot(path);
  checkRootTrusted(root, path);
  const port = Number(args[args.indexOf("--port") + 1]);
  const isReadOnly = args.includes("--read-only");
  const handler = createWebHandler({
    files: await pageFiles(),
    sessions: new Sessions(),
    port,
    isReadOnly,
    about: { version: VERSION, root: path },
    upstream: () => findUpstream(root, isReadOnly),
  });
  new BoundedServer({
    port,
    handler,
    onReopened: (_, reason) => console.error(`tsm web: listens again: ${reason}`),
  });
  console.log(`The page is on 127.0.0.1:${port}; 'tsm web' prints a link that opens it`);
  return await new Promise<never>(() => {});
}

/**
 * Where the supervisor listens now, with the token that is held. It is looked up for each request:
 * the supervisor may have been replaced, the token withdrawn. One that has died leaves its address,
 * where anybody may listen since, who would be sent the token.
 */
function findUpstream(root: RuntimeRoot, isReadOnly: boolean): Upstream | undefined {
  const address = isSupervisorAlive(root) ? findAddress(root) : undefined;
  if (address === undefined || !pidExists(address.pid)) return undefined;
  const token = isReadOnly ? readOwnText(root.readToken)?.trim() : address.token;
  return token ? { port: address.port, token } : undefined;
}
