import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isRunning, Tsm, until } from "./harness.ts";

/** A root as the old tsm left it, with a program that writes a line now and then. */
class OldRoot {
  readonly tsm: Tsm;
  readonly #children: Deno.ChildProcess[] = [];

  constructor(tsm: Tsm) {
    this.tsm = tsm;
    for (const dir of ["processes", "pids", "logs"]) {
      Deno.mkdirSync(tsm.path("runtime", dir), { recursive: true });
    }
    tsm.write("server.sh", "while :; do echo line; sleep 0.05; done\n");
  }

  /**
   * Starts the program as the old tsm did: in the background, its output appended to its logs.
   *
   * @returns its pid, when it has written its first line.
   */
  async start(name: string, env: Readonly<Record<string, string>> = {}): Promise<number> {
    const log = this.tsm.path("runtime", "logs", name);
    const child = new Deno.Command("/bin/sh", {
      args: ["-c", `exec sh server.sh >>"$1.out" 2>>"$1.err"`, "sh", log],
      cwd: this.tsm.work,
      env,
      stdin: "null",
    }).spawn();
    this.#children.push(child);
    this.write("pids", `${name}.pid`, `${child.pid}\n`);
    await until("its first line", () => isThere(`${log}.out`) && Deno.statSync(`${log}.out`).size);
    return child.pid;
  }

  write(dir: string, file: string, text: string | Uint8Array): void {
    const path = this.tsm.path("runtime", dir, file);
    if (typeof text === "string") Deno.writeTextFileSync(path, text);
    else Deno.writeFileSync(path, text);
  }

  files(): string[] {
    return ["processes", "pids", "logs", "quarantine"].flatMap((dir) => {
      try {
        return [...Deno.readDirSync(this.tsm.path("runtime", dir))]
          .map(({ name }) => `${dir}/${name.replace(/\d{8}T\d{6}Z/, "TIME")}`);
      } catch {
        return [];
      }
    }).sort();
  }

  async end(): Promise<void> {
    for (const child of this.#children) {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has been stopped already.
      }
      await child.status;
    }
  }
}

function metaOf(tsm: Tsm, pid: number): string {
  return `tsm_id=3\nname=web-8000\npid=${pid}\ncommand='sh server.sh'\nport=8000\n` +
    `start_time=1760380400\nenv_file='/gone/local.env'\ncwd='${tsm.work}'\ntype=sh\n`;
}

Deno.test("a living process of the old tsm is taken over without noticing", async () => {
  await using tsm = new Tsm();
  const old = new OldRoot(tsm);
  try {
    const pid = await old.start("web-8000");
    old.write("processes", "web-8000.meta", metaOf(tsm, pid));
    old.write(
      "processes",
      "web-8000.env",
      'TSM_ENV_FILE="/gone/local.env"\nPATH=/usr/bin:/bin\nX=1\n',
    );
    const before = tsm.read("runtime", "logs", "web-8000.out");
    const findings = JSON.parse(await tsm.ok("patrol", "--json"));
    assertEquals(findings.map(({ kind, done }: { kind: string; done: boolean }) => [kind, done]), [
      ["old-layout", true],
    ]);
    const meta = (await tsm.list())["web-8000"]!;
    assertEquals([meta.pid, meta.tsm_id, meta.port, meta.status], [pid, 3, 8000, "online"]);
    assertEquals([meta.command, meta.cwd, meta.env_file], ["sh server.sh", tsm.work, null]);
    assert(isRunning(pid));
    const current = () => tsm.read("runtime", "processes", "web-8000", "current.out");
    assert(current().startsWith(before));
    const taken = current().length;
    await until("its next line in current.out", () => current().length > taken);
    assertEquals(old.files(), ["pids/web-8000.pid", "processes/web-8000"]);
    // The first snapshot became the base: there is no difference to keep.
    assertStringIncludes(tsm.read("runtime", "base.env"), 'X="1"');
    assertEquals(
      // The time index comes with the first tick that sees a log grow.
      [...Deno.readDirSync(tsm.path("runtime", "processes", "web-8000"))].map(({ name }) => name)
        .filter((name) => !name.includes(".idx")).sort(),
      ["current.err", "current.out", "meta.json", "spec.json", "web-8000.pid"],
    );

    assertEquals(JSON.parse(await tsm.ok("patrol", "--json")), []);
    await tsm.ok("restart", "web-8000");
    assert(!isRunning(pid), "the old tsm's process need not lead a session to be ended");
    assertEquals((await tsm.list())["web-8000"]!.restarts, 1);
  } finally {
    await old.end();
  }
});

Deno.test("with any of its files missing or damaged, a living process is still taken over", async () => {
  await using tsm = new Tsm();
  const old = new OldRoot(tsm);
  try {
    const env = `TSM_ENV_FILE=""\nBIG=${"x".repeat(58_000)}\n`;
    const pids: Record<string, number> = {};
    for (const name of ["no-meta-8001", "torn-meta", "no-env", "no-pid", "bad-pid", "no-logs"]) {
      pids[name] = await old.start(name);
    }
    old.write("processes", "no-meta-8001.env", env);
    old.write("processes", "torn-meta.meta", `pid=${pids["torn-meta"]}\ncommand='sh serv`);
    old.write("processes", "torn-meta.env", env);
    const one = (name: string) =>
      `script='server.sh' pid=${
        pids[name]
      } port=none type=sh tsm_id=9 restart_count=2 cwd='${tsm.work}'`;
    old.write("processes", "no-env.meta", one("no-env"));
    old.write("processes", "no-pid.meta", one("no-pid"));
    Deno.removeSync(tsm.path("runtime", "pids", "no-pid.pid"));
    old.write("processes", "bad-pid.meta", one("bad-pid"));
    old.write("pids", "bad-pid.pid", "\0garbage");
    old.write("processes", "no-logs.meta", one("no-logs"));
    old.write("processes", "worker-1.meta", "command='sh server.sh' port=none pid=999999999");
    for (const kind of ["out", "err"]) {
      Deno.removeSync(tsm.path("runtime", "logs", `no-logs.${kind}`));
    }
    await tsm.ok("patrol");
    const listed = await tsm.list();
    const online = Object.values(listed).filter(({ status }) => status === "online");
    assertEquals(Object.fromEntries(online.map(({ name, pid }) => [name, pid!])), pids);
    assertEquals(listed["no-meta-8001"]!.port, 8001);
    assertEquals(listed["worker-1"]!.port, null);
    assertEquals(listed["no-env"]!.restarts, 2);
    assertEquals(new Set(online.map(({ tsm_id }) => tsm_id)).size, 6);
    assertStringIncludes(tsm.read("runtime", "base.env"), "BIG=");
    const files = old.files();
    assertEquals(files.filter((file) => /\.(meta|env)$|logs\//.test(file)), []);
    assertEquals(files.filter((file) => file.startsWith("quarantine/")), [
      "quarantine/torn-meta-TIME",
      "quarantine/torn-meta-TIME.reason",
    ]);
    // Whose logs were gone writes into nothing until it is restarted; nothing else is wrong.
    const findings: { kind: string; name: string }[] = JSON.parse(await tsm.ok("patrol", "--json"));
    assertEquals(findings.map(({ kind, name }) => [kind, name]), [
      ["lost-log", "no-logs"],
      ["lost-log", "no-logs"],
    ]);
  } finally {
    await old.end();
  }
});

Deno.test("an environment snapshot becomes a small difference, and nothing in it is evaluated", async () => {
  await using tsm = new Tsm();
  const old = new OldRoot(tsm);
  try {
    const shared = [
      `PATH=${Deno.env.get("PATH")}`,
      `FILLER=${"x".repeat(58_000)}`,
      "TEXT=$(touch evaluated) `touch evaluated`\nand more",
      "BASH_FUNC_hello%%=() {  echo hello;\n touch evaluated\n}",
    ].join("\n");
    const bytes = (last: string) =>
      Uint8Array.of(
        ...new TextEncoder().encode(`TSM_ENV_FILE=""\n${shared}\nBAD=x`),
        ...[0xff, 0x0a],
        ...new TextEncoder().encode(`${last}\n`),
      );
    for (const name of ["first", "second"]) {
      const pid = await old.start(name);
      old.write("processes", `${name}.meta`, `pid=${pid}\ncommand='sh server.sh'\n`);
      old.write("processes", `${name}.env`, bytes(`OWN=${name}`));
    }
    const findings = JSON.parse(await tsm.ok("patrol", "--json")) as { remedy: string }[];
    assertEquals(findings.length, 2);
    for (const { remedy } of findings) assertStringIncludes(remedy, "not UTF-8, so dropped: BAD");
    const dir = tsm.path("runtime", "processes");
    assert(!isThere(`${dir}/first/env`));
    assertEquals(JSON.parse(tsm.read("runtime", "processes", "second", "env")), {
      set: { OWN: "second" },
      unset: [],
    });
    const env = JSON.parse(await tsm.ok("env", "second", "--json"));
    assertEquals(env["TEXT"], "$(touch evaluated) `touch evaluated`\nand more");
    assertEquals(env["BASH_FUNC_hello%%"], "() {  echo hello;\n touch evaluated\n}");
    await tsm.ok("restart", "second");
    assert(!isThere(`${tsm.work}/evaluated`) && !isThere(tsm.path("evaluated")));
  } finally {
    await old.end();
  }
});

Deno.test("what cannot be taken over is in quarantine, the reason beside it", async () => {
  await using tsm = new Tsm();
  const old = new OldRoot(tsm);
  const stranger = new Deno.Command("sleep", { args: ["1000"] }).spawn();
  try {
    await tsm.ok("start", "sleep 1000", "--name", "taken");
    await tsm.ok("shutdown", "--keep-processes");
    const { pid } = (await tsm.list())["taken"]!;
    old.write("processes", "taken.meta", "pid=1 command='x' cwd=/");
    old.write("logs", "taken.out", "old words\n");
    old.write("processes", "bad name.env", "A=1\n");
    old.write("processes", "nothing.env", "A=1\n");
    // Its pid belongs to somebody else by now.
    old.write("processes", "gone.meta", `pid=${stranger.pid}\ncommand='node gone.js'\ncwd=/\n`);
    await tsm.ok("patrol");
    const listed = await tsm.list();
    assertEquals(Object.keys(listed).sort(), ["gone", "taken"]);
    assertEquals([listed["taken"]!.pid, listed["taken"]!.status], [pid, "online"]);
    assertEquals([listed["gone"]!.pid, listed["gone"]!.status], [null, "stopped"]);
    await tsm.ok("stop", "gone");
    assert(isRunning(stranger.pid));
    const quarantine = tsm.path("runtime", "quarantine");
    const names = [...Deno.readDirSync(quarantine)].map(({ name }) => name).sort();
    const reasons = names.filter((name) => name.endsWith(".reason"))
      .map((name) => Deno.readTextFileSync(`${quarantine}/${name}`));
    assertEquals(reasons.length, 3);
    assertStringIncludes(reasons[0]!, '"bad name" is no name');
    assertStringIncludes(reasons[1]!, "nothing tells its command");
    assertStringIncludes(reasons[2]!, "the name 'taken' is taken");
    const taken = names.find((name) => /^taken-.*Z$/.test(name))!;
    assertEquals(Deno.readTextFileSync(`${quarantine}/${taken}/taken.out`), "old words\n");
    assertStringIncludes((await tsm.run(["ls"])).stderr, "the name 'taken' is taken");
  } finally {
    stranger.kill("SIGKILL");
    await stranger.status;
    await old.end();
  }
});

Deno.test("a migration that was killed in the middle is finished", async () => {
  await using tsm = new Tsm();
  const old = new OldRoot(tsm);
  try {
    const pid = await old.start("web-8000");
    old.write("processes", "web-8000.meta", metaOf(tsm, pid));
    // Killed before meta.json: the directory and one renamed log are there.
    const dir = tsm.path("runtime", "processes", "web-8000");
    Deno.mkdirSync(dir);
    Deno.renameSync(tsm.path("runtime", "logs", "web-8000.out"), `${dir}/current.out`);
    await tsm.ok("patrol");
    assertEquals((await tsm.list())["web-8000"]!.pid, pid);

    // Killed behind meta.json: the old files are still there.
    await tsm.killSupervisor();
    const meta = JSON.parse(Deno.readTextFileSync(`${dir}/meta.json`));
    Deno.writeTextFileSync(`${dir}/meta.json`, JSON.stringify({ ...meta, intent: "migrate" }));
    old.write("processes", "web-8000.meta", metaOf(tsm, pid));
    await tsm.ok("patrol");
    const now = (await tsm.list())["web-8000"]!;
    assertEquals([now.pid, now.status, now.intent], [pid, "online", undefined]);
    assertEquals(old.files(), ["pids/web-8000.pid", "processes/web-8000"]);
  } finally {
    await old.end();
  }
});

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
