import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isRunning, Tsm } from "../harness.ts";
import { asAttacker, asRoot } from "./attacker.ts";

/** A process that has nothing to do with tsm. */
class Bystander implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  constructor(words: readonly string[] = ["sleep", "1000"], cwd = "/") {
    const [program, ...args] = words;
    this.#child = new Deno.Command(program!, { args, cwd, stdin: "null" }).spawn();
  }

  get pid(): number {
    return this.#child.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (isRunning(this.pid)) Deno.kill(this.pid, "SIGKILL");
    await this.#child.status;
  }
}

/** What an old `.meta` may say of a process, with a pid that is not its own. */
const CLAIMS: Readonly<Record<string, string>> = {
  "a pid alone": "",
  "a pid and the directory of all daemons": "cwd='/'\n",
  "a pid and another directory": "cwd='/usr'\n",
  "a pid and another command": "command='node server.js'\ncwd='/'\n",
  "a pid and another command of the same program": "command='sleep 7'\ncwd='/'\n",
  "a pid and a script": "script='server.py'\ntype=python\ncwd='/'\n",
};

for (const [what, claim] of Object.entries(CLAIMS)) {
  Deno.test(`${what} in an old .meta adopts no process, and a shutdown ends none`, async () => {
    await using tsm = new Tsm();
    await using bystander = new Bystander();
    for (const dir of ["processes", "pids"]) {
      Deno.mkdirSync(tsm.path("runtime", dir), { recursive: true });
    }
    const { pid } = bystander;
    Deno.writeTextFileSync(tsm.path("runtime/processes/x.meta"), `name=x\npid=${pid}\n${claim}`);
    const said = await tsm.ok("patrol");
    assertStringIncludes(said, `pid ${pid} is not adopted`);
    const listed = Object.values(await tsm.list());
    assertEquals(listed.map(({ pid }) => pid).filter((pid) => pid !== null), []);
    await tsm.run(["stop", "all"]);
    await tsm.ok("shutdown");
    assert(isRunning(pid), "it was ended");
  });
}

Deno.test({
  ...asRoot("another user's process is not adopted, even if its command fits"),
  async fn() {
    await using tsm = new Tsm();
    await using bystander = new Bystander(asAttacker("sleep", "1000"));
    for (const dir of ["processes", "pids"]) {
      Deno.mkdirSync(tsm.path("runtime", dir), { recursive: true });
    }
    const meta = `name=x\npid=${bystander.pid}\ncommand='sleep 1000'\ncwd=/\n`;
    Deno.writeTextFileSync(tsm.path("runtime/processes/x.meta"), meta);
    await tsm.ok("patrol");
    await tsm.ok("shutdown");
    assert(isRunning(bystander.pid), "it was ended");
  },
});

Deno.test("one that works in the directory that is written down is adopted, as its command is not known", async () => {
  await using tsm = new Tsm();
  await using bystander = new Bystander(["sleep", "1000"], tsm.work);
  for (const dir of ["processes", "pids"]) {
    Deno.mkdirSync(tsm.path("runtime", dir), { recursive: true });
  }
  const meta = `name=x\npid=${bystander.pid}\ncwd='${tsm.work}'\n`;
  Deno.writeTextFileSync(tsm.path("runtime/processes/x.meta"), meta);
  await tsm.ok("patrol");
  assertEquals((await tsm.list())["x"]!.pid, bystander.pid);
});
