/**
 * What the tests of saving and resurrecting share.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { type Tsm, until } from "./harness.ts";

/** What `tsm resurrect --json` says, names only. */
export async function resurrect(tsm: Tsm): Promise<{
  code: number;
  stderr: string;
  resurrected: string[];
  running: string[];
  stopped: string[];
  failed: Record<string, string>;
}> {
  const { code, stdout, stderr } = await tsm.run(["resurrect", "--json"]);
  const report = JSON.parse(stdout);
  return {
    code,
    stderr,
    resurrected: report.resurrected.map(({ name }: { name: string }) => name),
    running: report.running,
    stopped: report.stopped,
    failed: Object.fromEntries(
      report.failed.map(({ name, reason }: { name: string; reason: string }) => [name, reason]),
    ),
  };
}

/** How many processes of this root run `sleep SECONDS`. */
export function countSleeps(tsm: Tsm, seconds: number): number {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => {
    try {
      return Deno.readTextFileSync(`/proc/${name}/cmdline`) === `sleep\0${seconds}\0` &&
        Deno.readTextFileSync(`/proc/${name}/environ`).includes(`TSM_ROOT=${tsm.root}\0`);
    } catch {
      return false;
    }
  }).length;
}

/** Asserts that `sleep SECONDS` runs `count` times; a shell may be about to become it. */
export async function assertSleeps(tsm: Tsm, seconds: number, count: number): Promise<void> {
  await until(`${count} times sleep ${seconds}`, () => countSleeps(tsm, seconds) >= count);
  assertEquals(countSleeps(tsm, seconds), count);
}

/** Replaces the saved list by one of `count` processes, all like the one that is saved. */
export function multiply(tsm: Tsm, count: number): void {
  const list = JSON.parse(tsm.read("runtime", "saved.json"));
  list.processes = Array.from({ length: count }, (_, index) => ({
    ...list.processes[0],
    name: `p-${index}`,
    tsm_id: index + 1,
  }));
  Deno.writeTextFileSync(tsm.path("runtime", "saved.json"), JSON.stringify(list));
}
