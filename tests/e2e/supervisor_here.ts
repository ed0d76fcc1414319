import { assertEquals } from "@std/assert";
import type { Tsm } from "./harness.ts";

/**
 * Starts a supervisor as a child of the test, without the shell that keeps its caller's
 * environment away from it, and awaits that it answers.
 */
export async function startSupervisorHere(
  tsm: Tsm,
  env: Readonly<Record<string, string>> = {},
): Promise<Deno.ChildProcess> {
  Deno.mkdirSync(tsm.root, { recursive: true, mode: 0o700 });
  const child = tsm.command(["supervisor", "--here", "--detached"], { cwd: tsm.root, env }).spawn();
  const stdout = child.stdout.getReader();
  const said = await stdout.read();
  await stdout.cancel();
  await child.stderr.cancel();
  assertEquals(new TextDecoder().decode(said.value).trim(), '{"ready":true}');
  return child;
}
