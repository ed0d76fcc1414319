/**
 * Small doors: modes of files, names of files, a port that nobody holds, and what the project itself
 * downloads. That helpers are not found through the first caller's PATH is seen in
 * `tests/e2e/first_caller_test.ts`.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path/posix";
import { statIfThere } from "../../../src/files/path_info.ts";
import { ROOT_USER, testNeeding } from "../../test_needing.ts";
import { freePort, Tsm, until } from "../harness.ts";
import { asAttacker } from "./attacker.ts";

const PROJECT = fromFileUrl(new URL("../../..", import.meta.url));

/** Every plain file and directory below `dir`. */
function* below(dir: string): Generator<string> {
  for (const { name, isDirectory, isSymlink } of Deno.readDirSync(dir)) {
    const path = `${dir}/${name}`;
    if (!isSymlink) yield path;
    if (isDirectory) yield* below(path);
  }
}

/** What below the root others than its owner may write to. */
function writableByOthers(tsm: Tsm): string[] {
  // What is written anew has another name for a moment.
  return [...below(tsm.root)].filter((path) => ((statIfThere(path)?.mode ?? 0) & 0o022) !== 0);
}

for (const isForeground of [false, true]) {
  const which = isForeground ? "a supervisor in the foreground" : "a start";
  Deno.test(`under umask 0 nothing that ${which} makes can be written by others`, async () => {
    await using tsm = new Tsm();
    const underUmask = (...args: readonly string[]) => tsm.shell('umask 0; exec "$@"', args);
    const supervisor = isForeground ? underUmask("supervisor").spawn() : undefined;
    if (supervisor) await until("it", () => tsm.supervisorPid());
    const { code, stderr } = await underUmask("start", "echo hi; sleep 1000", "-n", "x").output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    await until("its line", () => tsm.read("runtime/processes/x/current.out") === "hi\n");
    await tsm.rotate("x");
    assertEquals(writableByOthers(tsm), []);
    await tsm.ok("start", "--name", "piped", "--log-pipe", "cat", "echo hi; sleep 1000");
    await until("its line", () => tsm.read("runtime/processes/piped/current.out") === "hi\n");
    await tsm.ok("save");
    assertEquals(writableByOthers(tsm), []);
    for (const file of ["current.out", "current.err"]) {
      const { mode } = Deno.statSync(tsm.path("runtime", "processes", "x", file));
      assertEquals(mode! & 0o007, 0, `${file} can be read by others`);
    }
    await tsm.ok("shutdown");
    await supervisor?.output();
  });
}

Deno.test("a name in quarantine is no flag for who works there", async () => {
  await using tsm = new Tsm();
  Deno.mkdirSync(tsm.path("runtime", "processes"), { recursive: true, mode: 0o700 });
  for (const dir of [tsm.root, tsm.path("runtime")]) Deno.chmodSync(dir, 0o700);
  for (const name of ["-rf", "--help", "..hidden"]) {
    Deno.mkdirSync(tsm.path("runtime", "processes", name));
    Deno.writeTextFileSync(tsm.path("runtime", "processes", name, "meta.json"), "{");
  }
  await tsm.ok("start", "sleep 1000", "--name", "x");
  await tsm.ok("patrol");
  const names = [...Deno.readDirSync(tsm.path("runtime", "quarantine"))].map(({ name }) => name);
  assert(names.length >= 3, names.join());
  for (const name of names) assertMatch(name, /^[A-Za-z0-9_]/);
});

/** A directory for PATH with the programs that `scripts/deno` uses, and hostile downloaders. */
function hostilePath(tsm: Tsm): string {
  const dir = `${tsm.work}/bin`;
  Deno.mkdirSync(dir);
  const used = ["sh", "mkdir", "mktemp", "rm", "mv", "cp", "chmod", "find", "head", "uname", "tar"];
  for (const program of [...used, "gzip", "sha512sum", "sha256sum", "cat"]) {
    const from = ["/usr/bin", "/bin"].map((bin) => `${bin}/${program}`).find((path) => {
      try {
        return Deno.statSync(path).isFile;
      } catch {
        return false;
      }
    });
    if (from) Deno.symlinkSync(from, `${dir}/${program}`);
  }
  const evil = `${tsm.work}/evil/package`;
  Deno.mkdirSync(evil, { recursive: true });
  const script = `#!/bin/sh\necho >${tsm.work}/was-run\necho 'deno 2.7.11'\n`;
  Deno.writeTextFileSync(`${evil}/deno`, script, { mode: 0o755 });
  tsm.write(
    "bin/npm",
    `#!/bin/sh
case $1 in
  pack) tar -czf "$PWD/evil.tgz" -C ${tsm.work}/evil package ;;
  *) mkdir -p "$3/node_modules/@deno/evil" && cp ${evil}/deno "$3/node_modules/@deno/evil/deno" ;;
esac
`,
    0o755,
  );
  tsm.write(
    "bin/curl",
    `#!/bin/sh
[ "$2" = -o ] || exec cat ${evil}/deno
exec tar -czf "$3" -C ${tsm.work}/evil package
`,
    0o755,
  );
  return dir;
}

for (const downloader of ["npm", "curl"]) {
  Deno.test(`scripts/deno runs nothing that ${downloader} brings with another checksum`, async () => {
    await using tsm = new Tsm();
    const path = hostilePath(tsm);
    if (downloader === "curl") Deno.removeSync(`${path}/npm`);
    const { code, stderr } = await new Deno.Command(join(PROJECT, "scripts/deno"), {
      args: ["--version"],
      env: { PATH: path, HOME: tsm.work, XDG_CACHE_HOME: `${tsm.work}/cache` },
      clearEnv: true,
    }).output();
    const said = new TextDecoder().decode(stderr);
    assert(!Array.from(below(tsm.work)).includes(`${tsm.work}/was-run`), "it was run");
    assertEquals(code, 1, said);
    assertStringIncludes(said, "install it by hand and put it on PATH");
    const cached = [...below(`${tsm.work}/cache`)].filter((file) => Deno.statSync(file).isFile);
    assertEquals(cached, []);
  });
}

Deno.test("a dependency that deno.lock does not have is refused", async () => {
  await using tsm = new Tsm();
  const lock = JSON.parse(Deno.readTextFileSync(join(PROJECT, "deno.lock")));
  delete lock.specifiers["npm:json5@2.2.3"];
  delete lock.npm["json5@2.2.3"];
  tsm.write("deno.lock", JSON.stringify(lock));
  Deno.mkdirSync(`${tsm.work}/src/web/page`, { recursive: true });
  for (const config of ["deno.json", "src/web/page/deno.json"]) {
    tsm.write(config, Deno.readTextFileSync(join(PROJECT, config)));
  }
  tsm.write("main.ts", 'import JSON5 from "json5";\nconsole.log(JSON5.parse("[]"));\n');
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "main.ts"],
    cwd: tsm.work,
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stderr);
  assert(code !== 0, said);
  assertStringIncludes(said, "lockfile is out of date");
});

/** Listens on a port of 127.0.0.1 until its standard input ends. */
const LISTEN = `
import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
sys.stdin.read()
`;

testNeeding(
  [ROOT_USER, "python3"],
  "doctor tells of another user who listens on metrics_port",
  async () => {
    await using tsm = new Tsm();
    const port = freePort();
    await tsm.ok("set", "metrics_port", String(port));
    assertStringIncludes((await tsm.run(["doctor"])).stdout, `listens on metrics_port ${port}`);
    await tsm.ok("shutdown");
    const free = (await tsm.run(["doctor"])).stdout;
    assertStringIncludes(free, `nobody listens on metrics_port ${port}: another user may`);
    const [program, ...args] = asAttacker("/usr/bin/python3", "-c", LISTEN, String(port));
    const attacker = new Deno.Command(program!, {
      args,
      stdin: "piped",
      stdout: "piped",
      cwd: "/",
    }).spawn();
    const lines = attacker.stdout.getReader();
    await lines.read();
    const taken = await tsm.run(["doctor"]);
    assertEquals(taken.code, 1);
    assertMatch(taken.stdout, /✗ metrics +pid \d+ \(python3[^)]*\) listens on metrics_port/);
    await attacker.stdin.close();
    await lines.cancel();
    await attacker.status;
  },
);
