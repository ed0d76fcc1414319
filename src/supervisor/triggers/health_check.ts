import { bodyPattern } from "../../settings/table/body_matcher.ts";
import type { Health } from "../../settings/table/settings_table.ts";
import { settlesWithin } from "../../async/settles_within.ts";
import { linearMatcher } from "../../logs/line_matcher.ts";

/** What a check needs to know of the process it is about. */
export interface CheckContext {
  /** The process's own port. */
  readonly port: number | null;
  /**
   * Runs a command line with the environment and as the user of the process; returns how it ended.
   */
  run(line: string, timeout: number): Promise<{ code: number | null; signal: string | null }>;
}

/** Maximum of an answer that is read and searched, in bytes. */
const MAX_READ = 1024 * 1024;

/** Maximum of what JavaScript's own regular expressions search, which may go back, in characters. */
const MAX_SEARCHED = 4096;

/**
 * Makes one health check.
 *
 * @throws {Error} saying what is wrong, if it fails or takes too long.
 *
 * @example
 * ```ts
 * import { checkHealth } from "./health_check.ts";
 *
 * await checkHealth(process.spec.health, { port: 3000, run });
 * ```
 */
export async function checkHealth(health: Health, context: CheckContext): Promise<void> {
  switch (health.type) {
    case "tcp":
      return await checkTcp(health, context.port);
    case "http":
      return await checkHttp(health, context.port);
    case "command":
      return await checkCommand(health, context);
  }
}

async function checkTcp(
  { host = "127.0.0.1", port: given, timeout }: Health & { type: "tcp" },
  own: number | null,
): Promise<void> {
  const port = given ?? own ?? 0;
  const hostname = host.replace(/^\[|\]$/g, "");
  const connecting = Deno.connect({ hostname, port });
  try {
    const connection = await settlesWithin(connecting, timeout);
    if (connection) return connection.close();
  } catch {
    throw new Error(`nobody accepts connections on ${host}:${port}`);
  }
  connecting.then((connection) => connection.close()).catch(() => {});
  throw new Error(`${host}:${port} accepts no connection within ${timeout} ms`);
}

async function checkHttp(
  { url: template, status, body, timeout }: Health & { type: "http" },
  port: number | null,
): Promise<void> {
  const url = template.replaceAll("${PORT}", String(port ?? ""));
  // No connection is kept from check to check: it could lead to the process of before a restart.
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  let found: number;
  let text = "";
  try {
    const answer = await fetch(url, {
      client,
      redirect: "manual",
      headers: { "user-agent": "tsm" },
      signal: AbortSignal.timeout(timeout),
    });
    found = answer.status;
    if (body === undefined) await answer.body?.cancel();
    else text = await beginningOf(answer);
  } catch (error) {
    const why = error instanceof DOMException && error.name === "TimeoutError"
      ? `has not answered within ${timeout} ms`
      : "does not answer";
    throw new Error(`GET ${url} ${why}`);
  }
  const fits = status === undefined ? found >= 200 && found <= 399 : found === status;
  if (!fits) throw new Error(`GET ${url} answered ${found}`);
  if (body === undefined) return;
  const pattern = bodyPattern(body);
  if (pattern ? await matches(pattern, text) : text.includes(body)) return;
  throw new Error(`GET ${url} answered without ${pattern ? body : JSON.stringify(body)}`);
}

/**
 * Searches an answer in linear time: by JavaScript's own search `(a+)+$` would hold up the
 * supervisor for years. That is left for what only it knows, look-around and back references, and
 * sees no more than the beginning.
 */
async function matches(pattern: RegExp, text: string): Promise<boolean> {
  let search;
  try {
    search = await linearMatcher(pattern.source, pattern.ignoreCase);
  } catch {
    return pattern.test(text.slice(0, MAX_SEARCHED));
  }
  return search(text);
}

async function beginningOf(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    size += chunk.length;
    if (size >= MAX_READ) break;
  }
  return text;
}

async function checkCommand(
  { command, timeout }: Health & { type: "command" },
  { run }: CheckContext,
): Promise<void> {
  const shown = command.length > 60 ? `${command.slice(0, 57)}...` : command;
  let exit;
  try {
    exit = await run(command, timeout);
  } catch (error) {
    throw new Error(`'${shown}' ${(error as Error).message}`);
  }
  if (exit.code === 0) return;
  throw new Error(
    `'${shown}' ${exit.signal ? `was killed by ${exit.signal}` : `exited with code ${exit.code}`}`,
  );
}
