import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testNeeding } from "../test_needing.ts";
import { Tsm, until } from "./harness.ts";

/** It writes what it was started with to a file named by its first word, and stays. */
const PROOF = `#!/bin/sh
{
  printf '<%s>' "$@"; echo
  pwd
  umask
  echo "$COMMON $OWN $NUMBER"
} >"$OUT/$1.part"
mv "$OUT/$1.part" "$OUT/$1"
exec sleep 1000
`;

const CONF = `
[supervisord]
nodaemon = true
logfile = %(here)s/supervisord.log
pidfile = %(here)s/supervisord.pid
environment = COMMON="for all, and more",OUT="%(ENV_PROOFS)s"
umask = 077

[program:web]
command = %(here)s/proof.sh %(program_name)s "two words" '$HOME' a|b %%d   ; a comment
directory = %(here)s/web
environment = OWN="x, y",COMMON="mine"
umask = 027
stdout_events_enabled = true

[program:worker]
command = %(here)s/proof.sh %(program_name)s-%(process_num)02d
process_name = %(program_name)s-%(process_num)02d
numprocs = 2
environment = NUMBER="%(process_num)d of %(numprocs)d"

[program:off]
command = %(here)s/proof.sh off
autostart = false

[include]
files = more/*.conf
`;

const INCLUDED = `
[program:here]
command = %(here)s/../proof.sh here %(here)s
directory = %(here)s
[group:both]
programs = web,here
`;

/** Writes the configuration; gives its path. */
function writeConf(tsm: Tsm): string {
  for (const dir of ["web", "more", "theirs", "ours"]) Deno.mkdirSync(`${tsm.work}/${dir}`);
  tsm.write("proof.sh", PROOF, 0o755);
  tsm.write("more/here.conf", INCLUDED);
  return tsm.write("supervisord.conf", CONF);
}

function proofs(dir: string): Readonly<Record<string, string>> {
  const names = [...Deno.readDirSync(dir)].map(({ name }) => name);
  const done = names.filter((name) => !name.endsWith(".part")).sort();
  return Object.fromEntries(done.map((name) => [name, Deno.readTextFileSync(`${dir}/${name}`)]));
}

const EXPECTED = ["here", "web", "worker-00", "worker-01"];

testNeeding(
  ["supervisord"],
  "what a real supervisord starts is started in the same way, and refused while it runs",
  async () => {
    await using tsm = new Tsm();
    const conf = writeConf(tsm);
    const theirs = `${tsm.work}/theirs`;
    const ours = `${tsm.work}/ours`;
    const supervisord = new Deno.Command("supervisord", {
      args: ["-n", "-c", conf],
      cwd: tsm.work,
      env: { PROOFS: theirs },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      await until(
        "what supervisord starts",
        () => Object.keys(proofs(theirs)).length === EXPECTED.length,
      );
      const refused = await tsm.fails(1, "import", "supervisord", "--apply");
      assertStringIncludes(refused, "supervisord still runs");
      assertEquals(await tsm.list(), {});
    } finally {
      supervisord.kill("SIGTERM");
      await supervisord.status;
    }
    const imported = await tsm.run(["import", "supervisord"], { env: { PROOFS: "secret" } });
    assertEquals(imported.code, 0, imported.stderr);
    assert(!imported.stdout.includes("secret"));
    assertStringIncludes(imported.stdout, "${PROOFS}");
    assertMatch(imported.stderr, /^tsm: web: stdout_events_enabled is not carried over: /m);
    assertMatch(imported.stderr, /^tsm: off: left out: autostart=false/m);

    tsm.write("tsm.jsonc", imported.stdout);
    const started = await tsm.run(["start", "tsm.jsonc"], { env: { PROOFS: ours } });
    assertEquals(started.code, 0, started.stderr);
    await until("what tsm starts", () => Object.keys(proofs(ours)).length === EXPECTED.length);
    assertEquals(proofs(ours), proofs(theirs));
    assertEquals(Object.keys(await tsm.list()).sort(), EXPECTED);
    assertMatch(await tsm.ok("restart", "both"), /Restarted (here|web) /);
  },
);

Deno.test("import supervisord --apply starts what the file would list", async () => {
  await using tsm = new Tsm();
  writeConf(tsm);
  const ours = `${tsm.work}/ours`;
  const { code, stdout, stderr } = await tsm.run(["import", "supervisord", "--apply"], {
    env: { PROOFS: ours },
  });
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^Started web \(id /m);
  await until("what is started", () => Object.keys(proofs(ours)).length === EXPECTED.length);
  const { web } = proofs(ours);
  assertEquals(web, `<web><two words><$HOME><a|b><%d>\n${tsm.work}/web\n0027\nmine x, y \n`);
});

Deno.test("import supervisord gives data, finds its file, and says what is wrong with it", async () => {
  await using tsm = new Tsm();
  const none = await tsm.fails(66, "import", "supervisord", "none.conf");
  assertStringIncludes(none, "none.conf': there is no such file; without one it is the first");
  const conf = writeConf(tsm);
  const data = JSON.parse((await tsm.run(["import", "supervisord", conf, "--json"])).stdout);
  assertEquals(data.map(({ name }: { name: string }) => name), [
    "web",
    "worker-00",
    "worker-01",
    "off",
    "here",
  ]);
  assertEquals(data[3].left_out, "autostart=false: it was not started with the others");
  assertEquals(data[0].settings.stop_signal, undefined);
  for (
    const [text, problem] of [
      ["[program:a]\ncommand = x %(nope)s\n", "[program:a]: command: %(nope)s stands for nothing"],
      ["[program:a]\ncommand = x 100%\n", "[program:a]: command: a '%' stands alone"],
      ["[program:a]\ncommand = x 'y\n", "[program:a]: command: a ' is not closed"],
      ["[program:a]\nautostart = no\n", "[program:a]: it has no command"],
      ["[program:a]\ncommand = x\nnumprocs = 2\n", "numprocs is 2, and process_name has no"],
      ["[program:a]\ncommand = x\nnumprocs = %(ENV_NOWHERE)s\n", "NOWHERE is not set"],
      ["[program:a b]\ncommand = x\n", "[program:a b]: its name has a blank"],
      ["[program:a]\ncommand = x\nautostart = perhaps\n", "autostart: expected true or false"],
      [
        "[program:a]\ncommand = x\nnumprocs = 999999\nprocess_name = %(process_num)s\n",
        "numprocs is 999999",
      ],
      ["[program:a]\ncommand = x\nenvironment = A\n", "environment: the variables end"],
      ["[group:g]\nprograms = a\n", "[group:g]: there is no program 'a'"],
      ["command = x\n", "line 1 stands before the first [section]"],
      ["[a]\nword\n", "line 2 is no 'option = value'"],
    ] as const
  ) {
    const path = tsm.write("wrong.conf", text);
    const stderr = await tsm.fails(64, "import", "supervisord", path);
    assertStringIncludes(stderr, `Cannot import '${path}': `);
    assertStringIncludes(stderr, problem);
  }
  assertStringIncludes(await tsm.fails(64, "import", "supervisord", "a", "b"), "it takes 'pm2'");
  assertStringIncludes(await tsm.fails(64, "import", "nothing"), "it takes 'pm2'");
});
