import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { Tsm } from "./harness.ts";

/** The names of the files in a directory; `undefined`: it is not there. */
function namesIn(dir: string): string[] | undefined {
  try {
    return [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
  } catch {
    return undefined;
  }
}

const FILE = `{
  "processes": {
    "web": {
      "command": "sleep 1000",
      "port": 3000,
      "priority": 3,
      "env": { "GREETING": "hello", "API_TOKEN": "hush" }
    }
  }
}`;

Deno.test("export prints to standard output, and says on standard error what is lost", async () => {
  await using tsm = new Tsm();
  tsm.write("tsm.jsonc", FILE);
  for (const format of ["systemd", "compose", "kubernetes"]) {
    const { code, stdout, stderr } = await tsm.run(["export", format]);
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /hello/, format);
    assertMatch(stdout, /# Not carried over: priority: /, format);
    assertMatch(stderr, /^tsm: web: priority: /m, format);
    assertMatch(stderr, /^tsm: web: env: API_TOKEN may be a secret/m, format);
    assertNotMatch(stdout + stderr, /hush/, format);
  }
  // Nothing was started, nothing written.
  assertEquals(namesIn(tsm.root), undefined);
  assertEquals(namesIn(tsm.work), ["tsm.jsonc"]);
});

Deno.test("export --output writes all files, or none where one is there", async () => {
  await using tsm = new Tsm();
  tsm.write("tsm.jsonc", FILE);
  const dir = `${tsm.work}/made/units`;
  assertMatch(
    await tsm.ok("export", "systemd", "-o", "made/units"),
    /Wrote 2 files: .*\nNext: sudo/,
  );
  assertEquals(namesIn(dir), ["tsm-default.target", "web.service"]);

  Deno.writeTextFileSync(`${dir}/web.service`, "mine");
  Deno.removeSync(`${dir}/tsm-default.target`);
  const refused = await tsm.fails(1, "export", "systemd", "-o", "made/units");
  assertMatch(refused, /web\.service is there, and nothing was written; --force replaces/);
  assertEquals(namesIn(dir), ["web.service"]);
  assertEquals(Deno.readTextFileSync(`${dir}/web.service`), "mine");

  // A link is replaced, not written through.
  Deno.writeTextFileSync(`${tsm.work}/elsewhere`, "untouched");
  Deno.removeSync(`${dir}/web.service`);
  Deno.symlinkSync(`${tsm.work}/elsewhere`, `${dir}/web.service`);
  assertMatch(await tsm.fails(1, "export", "systemd", "-o", "made/units"), /is there/);
  await tsm.ok("export", "systemd", "-o", "made/units", "--force");
  assertMatch(Deno.readTextFileSync(`${dir}/web.service`), /\[Service\]/);
  assertEquals(Deno.readTextFileSync(`${tsm.work}/elsewhere`), "untouched");
});

Deno.test("what is wrong is said, and no directory is made for it", async () => {
  await using tsm = new Tsm();
  tsm.write("tsm.jsonc", FILE);
  tsm.write("empty.tsm.jsonc", "");
  tsm.write("wrong.tsm.jsonc", '{ "processes": { "web": { "command": "no-such-program-x" } } }');
  tsm.write("in-the-way", "");
  const cases: readonly (readonly [number, RegExp, ...string[]])[] = [
    [64, /no format is given; it takes systemd, compose, kubernetes, dockerfile/],
    [64, /did you mean 'kubernetes'/, "kubernets"],
    [64, /Cannot export to 'nomad': the formats are systemd/, "nomad"],
    [66, /there is no such file/, "systemd", "missing.jsonc", "-o", "new"],
    [64, /Cannot export 'empty.tsm.jsonc'/, "systemd", "empty.tsm.jsonc", "-o", "new"],
    [64, /no-such-program-x/, "systemd", "wrong.tsm.jsonc", "-o", "new"],
    [64, /it takes one/, "systemd", "tsm.jsonc", "tsm.jsonc"],
    [64, /it takes NAME=IMAGE/, "compose", "--image", "web", "-o", "new"],
    [64, /no such process; did you mean 'web'/, "compose", "--image", "wbe=x:1", "-o", "new"],
    [64, /a unit of systemd takes no image/, "systemd", "--image", "web=x:1"],
    [64, /--force alone/, "systemd", "--force"],
    [64, /at once/, "systemd", "tsm.jsonc", "--running"],
    [66, /there is no process/, "systemd", "--running", "-o", "new"],
    [1, /Cannot write to '.*in-the-way'/, "systemd", "-o", "in-the-way"],
  ];
  for (const [code, message, ...args] of cases) {
    assertMatch(await tsm.fails(code, "export", ...args), message, args.join(" "));
  }
  assertEquals(namesIn(`${tsm.work}/new`), undefined);
});

Deno.test("export --running takes what is on the list, the values of secrets left behind", async () => {
  await using tsm = new Tsm();
  const shown = { env: { FROM_SHELL: "of-the-shell" } };
  const start = ["start", "sleep 1000", "--name", "w", "--instances", "2", "--max-memory", "1G"];
  const env = ["--env", "GREETING=hello", "--env", "TOKEN=hush"];
  const started = await tsm.run([...start, ...env], shown);
  assertEquals(started.code, 0, started.stderr);
  await tsm.ok("start", "sleep 1000", "--name", "api", "--port", "3999", "--depends-on", "w");

  const units = JSON.parse(await tsm.ok("export", "systemd", "--running", "--json"));
  const text = (name: string) =>
    units.files.find((file: { name: string }) => file.name === name)?.text ?? `no ${name}`;
  assertMatch(text("w@.service"), /Environment="GREETING=hello"[^]*MemoryMax=1073741824/);
  assertMatch(text("w@.service"), /\/sleep 1000\n/);
  assertMatch(text("api-3999.service"), /Requires=w@0\.service w@1\.service/);
  assertNotMatch(JSON.stringify(units), /hush|of-the-shell/);
});

Deno.test("a Procfile and a file of PM2's are exported as tsm runs them", async () => {
  await using tsm = new Tsm();
  tsm.write("Procfile", "web: sleep 1000\nworker: sleep 2000\n");
  const units = await tsm.ok("export", "systemd", "Procfile");
  assertMatch(units, /# web\.service[^]*Environment="PORT=5000"[^]*"PORT=5100"/);
  tsm.write(
    "ecosystem.config.js",
    `try {
       require("node:fs").writeFileSync("${tsm.work}/written", "");
     } catch {}
     module.exports = { apps: [{ name: "api", script: "./a.js", exec_mode: "fork" }] };`,
  );
  tsm.write("a.js", "");
  const { code, stdout, stderr } = await tsm.run(["export", "compose", "ecosystem.config.js"]);
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /- a\.js|\/a\.js/);
  // What a file that is a program does is not what writes: only a confined process may.
  assertEquals(namesIn(tsm.work)!.includes("written"), false);
});

Deno.test("the process that writes may write to its directory only", async () => {
  await using tsm = new Tsm();
  Deno.mkdirSync(`${tsm.work}/in`);
  const child = tsm.command(["export", "--here"], { cwd: `${tsm.work}/in`, stdin: "piped" })
    .spawn();
  const request = {
    files: [{ name: "ok", text: "1" }, { name: "../out", text: "2" }],
    force: false,
  };
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(request)));
  await writer.close();
  const { stdout } = await child.output();
  assertMatch(new TextDecoder().decode(stdout), /"failed":"'\.\.\/out': Requires write access/);
  assertEquals(namesIn(`${tsm.work}/in`), ["ok"]);
  assert(!namesIn(tsm.work)!.includes("out"));
});
