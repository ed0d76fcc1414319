import { assertEquals, assertStringIncludes } from "@std/assert";
import { Tsm } from "../harness.ts";
import { asRoot, ATTACKER } from "./attacker.ts";

/** A root that leads to a supervisor of the attacker's, and what that is sent. */
class Trap implements Disposable {
  readonly connections: string[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #lock: Deno.FsFile;

  constructor(root: string) {
    Deno.mkdirSync(`${root}/runtime`, { recursive: true, mode: 0o755 });
    const { port } = this.#listener.addr;
    const address = { pid: Deno.pid, port, token: "0".repeat(64), version: "0.1.0", started: 0 };
    Deno.writeTextFileSync(`${root}/runtime/supervisor.json`, JSON.stringify(address));
    // Who looks whether a supervisor lives finds its lock held.
    this.#lock = Deno.openSync(`${root}/runtime/supervisor.lock`, { write: true, create: true });
    this.#lock.lockSync(true);
    this.#serve();
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      const buffer = new Uint8Array(65536);
      const length = await connection.read(buffer).catch(() => 0) ?? 0;
      this.connections.push(new TextDecoder().decode(buffer.subarray(0, length)));
      connection.close();
    }
  }

  [Symbol.dispose](): void {
    this.#listener.close();
    this.#lock.close();
  }
}

async function own(uid: number, path: string): Promise<void> {
  const { success } = await new Deno.Command("chown", { args: ["-R", `${uid}:${uid}`, path] })
    .output();
  assertEquals(success, true);
}

/** Commands that ask the supervisor, or show what it has written. */
const COMMANDS = [
  ["start", "sleep 1000"],
  ["ls"],
  ["ls", "--json"],
  ["ping"],
  ["doctor"],
  ["describe", "x"],
  ["logs", "x", "--no-follow"],
  ["stop", "all"],
  ["patrol"],
  ["shutdown"],
  ["save"],
  ["set", "metrics_port", "9464"],
  ["history", "x"],
  ["env", "x"],
  ["token", "metrics"],
  ["run", "sleep 9"],
  ["supervisor"],
];

Deno.test({
  ...asRoot("root sends nothing to the supervisor of another user's root, and reads nothing there"),
  async fn() {
    await using tsm = new Tsm();
    using trap = new Trap(tsm.root);
    await own(ATTACKER, tsm.root);
    for (const args of COMMANDS) {
      const { code, stdout, stderr } = await tsm.run(args, { env: { SECRET: "of root's" } });
      assertEquals([code, stdout], [1, ""], `${args.join(" ")}: ${stderr}`);
      assertStringIncludes(stderr, `belongs to another user, #${ATTACKER} (uid ${ATTACKER})`);
      assertStringIncludes(stderr, `'sudo -u #${ATTACKER} tsm …'`);
      assertStringIncludes(stderr, "--root or TSM_ROOT");
      assertEquals(trap.connections, [], args.join(" "));
    }
    await own(0, tsm.root);
  },
});

Deno.test({
  ...asRoot("a root of one's own whose runtime is another user's is refused as well"),
  async fn() {
    await using tsm = new Tsm();
    using trap = new Trap(tsm.root);
    await own(ATTACKER, tsm.path("runtime"));
    for (const args of COMMANDS) {
      const said = await tsm.fails(1, ...args);
      assertStringIncludes(said, `'${tsm.root}/runtime' belongs to another user`);
      assertEquals(trap.connections, [], args.join(" "));
    }
    await own(0, tsm.root);
  },
});

Deno.test({
  ...asRoot("an address that another user has written is not trusted, whosever its directory is"),
  async fn() {
    await using tsm = new Tsm();
    using trap = new Trap(tsm.root);
    Deno.chmodSync(tsm.root, 0o700);
    await own(ATTACKER, tsm.path("runtime", "supervisor.json"));
    const said = await tsm.fails(1, "ping");
    assertStringIncludes(said, `supervisor.json belongs to another user (uid ${ATTACKER})`);
    assertEquals(trap.connections, []);
  },
});

for (const directory of ["", "runtime"]) {
  Deno.test(`a root whose ${directory || "top"} others may write to is refused`, async () => {
    await using tsm = new Tsm();
    using trap = new Trap(tsm.root);
    for (const mode of [0o777, 0o770]) {
      Deno.chmodSync(tsm.path(directory), mode);
      for (const args of [["ls"], ["ping"], ["start", "sleep 9"]]) {
        const said = await tsm.fails(1, ...args);
        assertStringIncludes(said, `it has mode 0${mode.toString(8)}`);
        assertStringIncludes(said, `'chmod 700 ${tsm.path(directory).replace(/\/$/, "")}'`);
      }
    }
    assertEquals(trap.connections, []);
    Deno.chmodSync(tsm.path(directory), 0o700);
  });
}

Deno.test("an empty root of one's own that is open to others is closed", async () => {
  await using tsm = new Tsm();
  Deno.mkdirSync(tsm.root);
  Deno.chmodSync(tsm.root, 0o777);
  await tsm.ok("start", "sleep 1000", "--name", "x");
  assertEquals(Deno.statSync(tsm.root).mode! & 0o777, 0o700);
});

Deno.test({
  ...asRoot("a root is refused whose place another user could give to another directory"),
  async fn() {
    await using tsm = new Tsm();
    await tsm.ok("start", "sleep 1000", "--name", "x");
    const above = tsm.root.slice(0, tsm.root.lastIndexOf("/"));
    const link = `${tsm.work}/link`;
    Deno.symlinkSync(tsm.root, link);
    for (const TSM_ROOT of [tsm.root, link]) {
      for (const args of [["ls"], ["start", "sleep 1000"], ["doctor"]]) {
        const refused = async (said: string) => {
          const { code, stdout, stderr } = await tsm.run(args, { env: { TSM_ROOT } });
          assertEquals([code, stdout], [1, ""], args.join(" "));
          assertStringIncludes(stderr, `for '${above}' ${said}`);
        };
        Deno.chmodSync(above, 0o777);
        await refused(`can be written to by everybody; 'chmod o-w ${above}'`);
        Deno.chmodSync(above, 0o755);
        Deno.chownSync(above, ATTACKER, ATTACKER);
        await refused(`belongs to another user, #${ATTACKER} (uid ${ATTACKER})`);
        Deno.chownSync(above, 0, 0);
      }
    }
    // As it is with /tmp: there only the owner of a directory may rename it.
    Deno.chmodSync(above, 0o1777);
    await tsm.ok("ls");
  },
});
