import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  checkName,
  checkRealDirectory,
  dayPath,
  ensureRoot,
  findRoot,
  historyPath,
  isValidName,
  NAME_RULE,
  processPaths,
  runtimeRoot,
} from "../src/root.ts";
import { TemporaryRoot } from "./temporary_root.ts";

const REFUSED: Readonly<Record<string, string>> = {
  "an empty one": "",
  "one of 65 characters": "a".repeat(65),
  "a path": "a/b",
  "a path out of the root": "../x",
  "the directory above": "..",
  "the directory itself": ".",
  "a blank inside": "a b",
  "a blank before": " a",
  "a blank behind": "a ",
  "a line break behind": "a\n",
  "a NUL": "a\0",
  "a terminal's escape": "a\x1b[31m",
  "a leading '-'": "-a",
  "a leading '.'": ".a",
  "a leading '_'": "_a",
  "all digits": "1234",
  "a selector": "all",
  "a letter beyond ASCII": "ä",
  "a backslash": "a\\b",
  "a shell's word": "$(a)",
};

for (const [what, name] of Object.entries(REFUSED)) {
  Deno.test(`a name is refused with the rule: ${what}`, () => {
    assert(!isValidName(name));
    const error = assertThrows(() => checkName(name), Deno.errors.InvalidData);
    assertStringIncludes(error.message, NAME_RULE);
    assertStringIncludes(error.message, JSON.stringify(name));
    const root = runtimeRoot("/srv/tsm");
    assertThrows(() => processPaths(root, name), Deno.errors.InvalidData, NAME_RULE);
    assertThrows(() => historyPath(root, name), Deno.errors.InvalidData, NAME_RULE);
  });
}

Deno.test("ordinary names are taken", () => {
  const names = [
    "a",
    "Z",
    "7z",
    "myapp-3000",
    "3000-myapp",
    "a.b_c-d",
    "all2",
    "ALL",
    "a".repeat(64),
  ];
  for (const name of names) {
    assert(isValidName(name), name);
    checkName(name);
  }
});

Deno.test("the paths below the root are those of docs/files.md", () => {
  const root = runtimeRoot("/srv/tsm");
  assertEquals(root.supervisorJson, "/srv/tsm/runtime/supervisor.json");
  assertEquals(root.baseEnv, "/srv/tsm/runtime/base.env");
  assertEquals(processPaths(root, "myapp-3000"), {
    dir: "/srv/tsm/runtime/processes/myapp-3000",
    meta: "/srv/tsm/runtime/processes/myapp-3000/meta.json",
    spec: "/srv/tsm/runtime/processes/myapp-3000/spec.json",
    env: "/srv/tsm/runtime/processes/myapp-3000/env",
    envHandover: "/srv/tsm/runtime/processes/myapp-3000/env.handover",
    stdin: "/srv/tsm/runtime/stdin/myapp-3000",
    out: "/srv/tsm/runtime/processes/myapp-3000/current.out",
    err: "/srv/tsm/runtime/processes/myapp-3000/current.err",
    logProblems: "/srv/tsm/runtime/processes/myapp-3000/log-problems.json",
    pid: "/srv/tsm/runtime/pids/myapp-3000.pid",
    pidLink: "/srv/tsm/runtime/processes/myapp-3000/myapp-3000.pid",
  });
  assertEquals(historyPath(root, "myapp-3000"), "/srv/tsm/db/history/myapp-3000.jsonl");
});

Deno.test("a day's file is named by its UTC day", () => {
  const lastSecond = new Date("2024-10-13T23:59:59Z");
  assertEquals(dayPath("db/events", lastSecond), "db/events/2024-10-13.jsonl");
  assertEquals(
    dayPath("db/events", new Date(lastSecond.getTime() + 1000)),
    "db/events/2024-10-14.jsonl",
  );
});

Deno.test("the root is --root, else TSM_ROOT, else ~/.tsm", () => {
  const env = { TSM_ROOT: "/from/env", HOME: "/home/u" };
  assertEquals(findRoot("/from/flag", env), "/from/flag");
  assertEquals(findRoot(undefined, env), "/from/env");
  assertEquals(findRoot(undefined, { HOME: "/home/u" }), "/home/u/.tsm");
  assertEquals(findRoot(undefined, { TSM_ROOT: "", HOME: "/home/u" }), "/home/u/.tsm");
});

Deno.test("the root is absolute and without detours", () => {
  assertEquals(findRoot("some/root", {}), `${Deno.cwd()}/some/root`);
  assertEquals(findRoot(undefined, { TSM_ROOT: "./x/../y" }), `${Deno.cwd()}/y`);
  const detours = ["/a/../b/", "/b/", "/a/..//b", "//b", "/./b", "/b/.", "/b/a/.."];
  for (const root of detours) assertEquals(findRoot(root, {}), "/b", root);
  for (const root of ["/b", "/.b", "/..b/c..", "/b/.../c"]) assertEquals(findRoot(root, {}), root);
  assertEquals(findRoot("/", {}), "/");
});

Deno.test("without --root, TSM_ROOT and HOME there is no root, and the error says what to do", () => {
  assertThrows(() => findRoot(undefined, {}), Deno.errors.InvalidData, "pass --root DIR");
  assertThrows(() => findRoot(undefined, { HOME: "" }), Deno.errors.InvalidData, "--root");
});

Deno.test("an empty --root is refused rather than taken for the working directory", () => {
  assertThrows(
    () => findRoot("", { HOME: "/home/u" }),
    Deno.errors.InvalidData,
    "needs a directory",
  );
});

Deno.test("a root where Deno opens no file is refused with the reason", () => {
  for (const root of ["/dev/shm/tsm", "/proc", "/tmp/../sys/fs"]) {
    assertThrows(() => findRoot(root, {}), Deno.errors.InvalidData, "below /dev, /proc and /sys");
  }
  assertEquals(findRoot("/device", {}), "/device");
});

Deno.test("a directory that is real or missing is fine, a symlink or a file is refused", () => {
  using temporary = new TemporaryRoot();
  const { work } = temporary;
  Deno.mkdirSync(`${work}/real`);
  Deno.symlinkSync(`${work}/real`, `${work}/link`);
  Deno.symlinkSync(`${work}/nowhere`, `${work}/dangling`);
  temporary.write("file", "");
  checkRealDirectory(`${work}/real`);
  checkRealDirectory(`${work}/missing`);
  assertThrows(
    () => checkRealDirectory(`${work}/link`),
    Deno.errors.InvalidData,
    "a symbolic link",
  );
  assertThrows(
    () => checkRealDirectory(`${work}/dangling`),
    Deno.errors.InvalidData,
    "a symbolic link",
  );
  assertThrows(
    () => checkRealDirectory(`${work}/file`),
    Deno.errors.InvalidData,
    "not a directory",
  );
});

Deno.test("the root's directories are made for their owner alone", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  for (
    const dir of [root.runtime, root.pids, root.processes, root.events, root.metrics, root.history]
  ) {
    assertEquals(Deno.statSync(dir).mode! & 0o777, 0o700, dir);
  }
  ensureRoot(root);
});

for (const inside of ["runtime", "runtime/pids", "runtime/processes", "db", "db/history"]) {
  Deno.test(`a root whose ${inside} is a symlink is refused, and nothing is made behind it`, () => {
    using temporary = new TemporaryRoot();
    const outside = `${temporary.work}/outside`;
    Deno.mkdirSync(outside);
    Deno.removeSync(`${temporary.root.base}/${inside}`, { recursive: true });
    Deno.symlinkSync(outside, `${temporary.root.base}/${inside}`);
    assertThrows(() => ensureRoot(temporary.root), Deno.errors.InvalidData, "a symbolic link");
    assertEquals([...Deno.readDirSync(outside)], []);
  });
}
