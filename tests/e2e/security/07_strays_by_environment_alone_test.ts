import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isRunning, Tsm, until } from "../harness.ts";
import { asAttacker, asRoot } from "./attacker.ts";

/** A busy loop of the attacker's that carries the names of a process of ours. */
class Impostor implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  constructor(tsm: Tsm, name: string) {
    const [program, ...args] = asAttacker("/bin/sh", "-c", "while :; do :; done");
    this.#child = new Deno.Command(program!, {
      args,
      cwd: "/",
      env: { TSM_ROOT: tsm.root, TSM_NAME: name },
      stdin: "null",
    }).spawn();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Whether the attacker's program runs: before, it is root's. */
  async begun(): Promise<void> {
    await until(
      "the attacker",
      () => !/^Uid:\s+0\s/m.test(Deno.readTextFileSync(`/proc/${this.pid}/status`)),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (isRunning(this.pid)) Deno.kill(this.pid, "SIGKILL");
    await this.#child.status;
  }
}

Deno.test({
  ...asRoot(
    "another user's process that carries our names is not ours: not stopped, frozen or ended",
  ),
  async fn() {
    await using tsm = new Tsm();
    await tsm.ok("start", "while :; do echo line; sleep 0.05; done", "--name", "x");
    await using impostor = new Impostor(tsm, "x");
    await impostor.begun();
    await tsm.ok("logs", "rotate", "x");
    await tsm.ok("restart", "x");
    await tsm.ok("stop", "--keep", "x");
    await tsm.ok("flush", "x");
    assert(isRunning(impostor.pid), "it was ended");
    await tsm.ok("start", "x");
    await tsm.ok("save");
    await tsm.ok("stop", "x");
    assertStringIncludes(await tsm.ok("resurrect"), "Resurrected x");
    assert(isRunning(impostor.pid), "it was ended");
  },
});

Deno.test({
  ...asRoot("patrol neither reports nor ends another user's process that carries our root"),
  async fn() {
    await using tsm = new Tsm();
    await tsm.ok("start", "sleep 1000", "--name", "x");
    await using impostor = new Impostor(tsm, "gone");
    await impostor.begun();
    const said = await tsm.ok("patrol", "--kill-orphans");
    assertEquals(said.includes("gone"), false, said);
    assert(isRunning(impostor.pid), "it was ended");
  },
});

Deno.test({
  ...asRoot("what a process of another user's has started is that user's, and is still found"),
  async fn() {
    await using tsm = new Tsm();
    Deno.chmodSync(`${tsm.work}/..`, 0o755);
    Deno.chmodSync(tsm.work, 0o777);
    const script = `setsid sh -c 'echo $$ >${tsm.work}/stray; exec sleep 1000' & exec sleep 1000`;
    await tsm.ok("start", script, "--name", "x", "--user", "nobody", "--cwd", "/");
    const stray = Number(
      await until("the stray", () => Deno.readTextFileSync(`${tsm.work}/stray`).trim()),
    );
    await tsm.ok("stop", "x");
    assertEquals(isRunning(stray), false);
  },
});
