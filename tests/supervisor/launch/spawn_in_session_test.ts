import { assert, assertEquals } from "@std/assert";
import { spawnInSession } from "../../../src/supervisor/launch/spawn_in_session.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

const ENV = { PATH: "/usr/bin:/bin" };

/** How often `path` is open in this process, in which other tests open and close files too. */
function timesOpen(path: string): number {
  return [...Deno.readDirSync("/proc/self/fd")].filter(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`) === path;
    } catch {
      return false;
    }
  }).length;
}

Deno.test("this Deno takes an open file as the input and output of a program; a new one that does not needs another way in src/supervisor/launch/spawn_in_session.ts", async () => {
  using temporary = new TemporaryRoot();
  using stdin = Deno.openSync(temporary.write("in", "said\n"));
  using stdout = Deno.openSync(`${temporary.work}/out`, { append: true, create: true });
  using stderr = Deno.openSync(`${temporary.work}/err`, { append: true, create: true });
  const argv = ["/bin/sh", "-c", "cat; echo failed >&2"] as const;
  const child = spawnInSession({ argv: [...argv], cwd: "/", env: ENV }, { stdin, stdout, stderr });
  assert((await child.status).success);
  assertEquals(Deno.readTextFileSync(`${temporary.work}/out`), "said\n");
  assertEquals(Deno.readTextFileSync(`${temporary.work}/err`), "failed\n");
});

Deno.test("a thousand programs leave no file open here, and none overwrites what another wrote", async () => {
  using temporary = new TemporaryRoot();
  const path = `${Deno.realPathSync(temporary.work)}/out`;
  using stdout = Deno.openSync(path, { append: true, create: true });
  assertEquals(timesOpen(path), 1);
  const program = { argv: ["/bin/echo", "ran"] as [string, ...string[]], cwd: "/", env: ENV };
  for (let ran = 0; ran < 1000; ran += 50) {
    const children = Array.from(
      { length: 50 },
      () => spawnInSession(program, { stdout, stderr: stdout }),
    );
    await Promise.all(children.map(({ status }) => status));
  }
  assertEquals(timesOpen(path), 1);
  assertEquals(Deno.readTextFileSync(path), "ran\n".repeat(1000));
});
