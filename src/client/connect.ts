import { delay } from "@std/async/delay";
import { findAddress, type SupervisorAddress } from "../api/supervisor_file.ts";
import { isSupervisorAlive } from "../api/supervisor_lock.ts";
import { messageOf } from "../errors.ts";
import { findRoot, type RuntimeRoot, runtimeRoot } from "../root.ts";
import { checkRootTrusted } from "../root_trust.ts";
import { Tsm } from "./tsm.ts";

/** Where a supervisor is looked for. */
export interface ConnectOptions {
  /** The root; by default `$TSM_ROOT`, else `~/.tsm`. */
  readonly root?: string;
  /** Whether one is started where there is none, by the program `tsm`. */
  readonly start?: boolean;
  /** The program that starts it: a name on the `PATH`, or a path; `tsm` by default. */
  readonly program?: string;
}

/** Milliseconds for which a supervisor is waited for that is not ready yet. */
const PATIENCE = 10_000;
const LOOK_EVERY = 20;

/** What `fetch` would send a request to 127.0.0.1 to, with the token. */
const PROXIES = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];

/**
 * Connects to the supervisor of a root. It needs `--allow-read`, `--allow-env`,
 * `--allow-net=127.0.0.1` and `--allow-sys=uid`; with `start` also `--allow-run`.
 *
 * @throws {Deno.errors.NotConnected} if there is no supervisor, or none can be started.
 * @throws {Deno.errors.PermissionDenied} if the root, or the file with the token, is open to others.
 * @throws {Deno.errors.InvalidData} if no root is known.
 *
 * @example
 * ```ts
 * import { connect } from "./mod.ts";
 *
 * const tsm = await connect();
 * console.log((await tsm.info()).version);
 * ```
 */
export async function connect(options: ConnectOptions = {}): Promise<Tsm> {
  refuseProxy();
  const path = findRoot(options.root, {
    TSM_ROOT: Deno.env.get("TSM_ROOT"),
    HOME: Deno.env.get("HOME"),
  });
  const root = runtimeRoot(path);
  checkRootTrusted(root, path);
  if (options.start && await liveAddress(root) === undefined) {
    await startSupervisor(path, options.program ?? "tsm");
  }
  const address = async () => {
    const found = await liveAddress(root);
    if (found) return found;
    throw noSupervisor(path);
  };
  await address();
  return new Tsm(address);
}

/** Where the supervisor that lives listens; one that is not ready yet is waited for. */
async function liveAddress(root: RuntimeRoot): Promise<SupervisorAddress | undefined> {
  const begun = performance.now();
  while (isSupervisorAlive(root)) {
    const address = findAddress(root);
    if (address || performance.now() - begun > PATIENCE) return address;
    await delay(LOOK_EVERY);
  }
  return undefined;
}

function noSupervisor(path: string): Error {
  return new Deno.errors.NotConnected(
    `no supervisor runs in ${path}; 'tsm ping --start' starts one, and so does connect({ start: true })`,
  );
}

async function startSupervisor(path: string, program: string): Promise<void> {
  const args = ["ping", "--start", "--root", path];
  let said: Uint8Array;
  try {
    const { success, stderr } = await new Deno.Command(program, { args, stdout: "null" }).output();
    if (success) return;
    said = stderr;
  } catch (error) {
    throw new Deno.errors.NotConnected(
      `Cannot start a supervisor in ${path}: cannot run '${program}': ${messageOf(error)}`,
    );
  }
  throw new Deno.errors.NotConnected(
    `Cannot start a supervisor in ${path}: ${new TextDecoder().decode(said).trim()}`,
  );
}

/** @throws {Deno.errors.NotSupported} where the token would go to a proxy. */
function refuseProxy(): void {
  const proxy = PROXIES.find((name) => Deno.env.get(name));
  const spared = Deno.env.get("NO_PROXY") ?? Deno.env.get("no_proxy") ?? "";
  if (proxy === undefined || /(^|[\s,])(\*|127\.0\.0\.1|127\.0\.0\.0\/8)([\s,]|$)/.test(spared)) {
    return;
  }
  throw new Deno.errors.NotSupported(
    `Cannot connect: ${proxy} is set, and requests to 127.0.0.1 would go there with the token; ` +
      "set NO_PROXY=127.0.0.1 for this program",
  );
}
