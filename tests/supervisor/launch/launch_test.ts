import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readTextIfThere } from "../../../src/files/read_text.ts";
import { isRunning, until } from "../../e2e/harness.ts";
import { abandon, launch, type LaunchPlan } from "../../../src/supervisor/launch/launch.ts";
import { parseRecord } from "../../../src/process/linux/read_process_table.ts";
import type { ProcessEntry } from "../../../src/process/process_table.ts";
import type { ProcessPaths } from "../../../src/root.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

const ENV = { PATH: "/usr/bin:/bin" };

function plan(
  paths: ProcessPaths,
  argv: readonly string[],
  changes: Partial<LaunchPlan> = {},
): LaunchPlan {
  return { argv, cwd: "/", env: ENV, paths, ...changes };
}

/** Runs a shell script to its end; gives its exit and what it said. */
async function run(
  temporary: TemporaryRoot,
  script: string,
  changes: Partial<LaunchPlan> = {},
): Promise<{ code: number | null; signal: string | null; out: string; err: string }> {
  const paths = temporary.process("api");
  const process = launch(plan(paths, ["/bin/sh", "-c", script], changes));
  const exit = await process.exited;
  return { ...exit, out: Deno.readTextFileSync(paths.out), err: Deno.readTextFileSync(paths.err) };
}

function stat(pid: number): ProcessEntry {
  return parseRecord(Deno.readTextFileSync(`/proc/${pid}/stat`).trimEnd());
}

function files(paths: ProcessPaths): string[] {
  return [...Deno.readDirSync(paths.dir)].map(({ name }) => name).sort();
}

Deno.test("the program is the leader of its session, with the pid and start it was launched with", async () => {
  using temporary = new TemporaryRoot();
  const paths = temporary.process("api");
  const process = launch(plan(paths, ["/bin/sleep", "60"]));
  const command = () => Deno.readTextFileSync(`/proc/${process.pid}/cmdline`);
  try {
    const { start } = stat(process.pid);
    await until("the program", () => command() === "/bin/sleep\x0060\0");
    assertEquals(stat(process.pid).start, start);
    assertEquals(stat(process.pid).session, process.pid);
    assertEquals(files(paths), ["current.err", "current.out"]);
  } finally {
    Deno.kill(process.pid, "SIGKILL");
  }
  assertEquals(await process.exited, { code: null, signal: "SIGKILL" });
});

Deno.test("abandon() ends it, and what it has started", async () => {
  using temporary = new TemporaryRoot();
  const paths = temporary.process("api");
  const process = launch(plan(paths, ["/bin/sh", "-c", "sleep 60 & echo $!; wait"]));
  const child = await until("its child", () => {
    const said = Deno.readTextFileSync(paths.out);
    return said.endsWith("\n") ? Number(said) : undefined;
  });
  abandon(process);
  assertEquals(await process.exited, { code: null, signal: "SIGKILL" });
  await until("the end of its child", () => !isRunning(child));
});

Deno.test("output and errors go to the logs, and the exit code is told", async () => {
  using temporary = new TemporaryRoot();
  const result = await run(temporary, "echo out; echo err >&2; exit 7");
  assertEquals(result, { code: 7, signal: null, out: "out\n", err: "err\n" });
});

Deno.test("a death by signal is told", async () => {
  using temporary = new TemporaryRoot();
  const { code, signal } = await run(temporary, "kill -s USR1 $$");
  assertEquals({ code, signal }, { code: null, signal: "SIGUSR1" });
});

Deno.test("arguments arrive as they are", async () => {
  using temporary = new TemporaryRoot();
  const paths = temporary.process("api");
  const words = ["", "a b", "$HOME", "'", '"', "\\n", "two\nlines", "*", "-n", "--", "ä"];
  const process = launch(
    plan(paths, ["/bin/sh", "-c", `printf '%s\\0' "$@"`, "sh", ...words]),
  );
  assertEquals(await process.exited, { code: 0, signal: null });
  assertEquals(Deno.readTextFileSync(paths.out), words.map((word) => `${word}\0`).join(""));
});

/** The environment a real program gets, without what a shell may add. */
async function environmentOf(env: Record<string, string>): Promise<Record<string, string>> {
  using temporary = new TemporaryRoot();
  const paths = temporary.process("api");
  const process = launch(plan(paths, ["/usr/bin/env", "-0"], { env }));
  assertEquals(await process.exited, { code: 0, signal: null });
  const pairs = Deno.readTextFileSync(paths.out).split("\0").filter((pair) => pair !== "");
  return Object.fromEntries(pairs.map((pair) => {
    const equals = pair.indexOf("=", 1);
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  }));
}

Deno.test("the environment arrives as it is, and nothing of the supervisor's own does", async () => {
  const env = { ...ENV, EMPTY: "", LINES: "a\nb\n", QUOTES: `'"$HOME\\`, PS1: "$ ", IFS_X: " \t" };
  assertEquals(await environmentOf(env), env);
});

Deno.test("variables whose names are no identifiers arrive, which a shell would drop", async () => {
  const odd = {
    "spring.profiles.active": "dev",
    "a-b": "1",
    "-x": "2",
    "BASH_FUNC_f%%": "() { :\n}",
    "1": "3",
  };
  assertEquals(await environmentOf({ ...ENV, ...odd }), { ...ENV, ...odd });
});

Deno.test("the working directory is the process's own", async () => {
  using temporary = new TemporaryRoot();
  const cwd = `${temporary.work}/-a b`;
  Deno.mkdirSync(cwd);
  assertEquals((await run(temporary, "pwd", { cwd })).out, `${cwd}\n`);
});

Deno.test("a working directory that is gone is told, and nothing runs", () => {
  using temporary = new TemporaryRoot();
  const cwd = `${temporary.work}/gone`;
  const paths = temporary.process("api");
  const gone = plan(paths, ["/bin/sh", "-c", "echo it ran"], { cwd });
  assertThrows(() => launch(gone), Deno.errors.NotFound, cwd);
  assertEquals(Deno.readTextFileSync(paths.out), "");
});

Deno.test("a program that is not there is told in current.err", async () => {
  using temporary = new TemporaryRoot();
  const paths = temporary.process("api");
  const process = launch(plan(paths, ["no-such-program"]));
  assertEquals(await process.exited, { code: 127, signal: null });
  assertStringIncludes(Deno.readTextFileSync(paths.err), "no-such-program");
});

Deno.test("logs are appended to, never emptied by a restart", async () => {
  using temporary = new TemporaryRoot();
  await run(temporary, "echo first");
  assertEquals((await run(temporary, "echo second")).out, "first\nsecond\n");
});

Deno.test("logs are opened O_APPEND: emptied under a writer, they get no hole", async () => {
  using temporary = new TemporaryRoot();
  const paths = temporary.process("api");
  const go = `${temporary.work}/go`;
  const script = `echo before; until [ -e ${go} ]; do sleep 0.02; done; echo behind`;
  const process = launch(plan(paths, ["/bin/sh", "-c", script]));
  await until("the first line", () => Deno.readTextFileSync(paths.out) === "before\n");
  for (const fd of [1, 2]) {
    const info = Deno.readTextFileSync(`/proc/${process.pid}/fdinfo/${fd}`);
    const flags = parseInt(/^flags:\s+(\d+)$/m.exec(info)![1]!, 8);
    assert((flags & 0o2000) !== 0, `descriptor ${fd} is in append mode`);
  }
  Deno.truncateSync(paths.out);
  Deno.writeTextFileSync(go, "");
  await process.exited;
  assertEquals(Deno.readTextFileSync(paths.out), "behind\n");
});

Deno.test("the process holds no file of ours but its logs, and its input is empty", async () => {
  using temporary = new TemporaryRoot();
  const script = "cat; for fd in /proc/$$/fd/*; do echo ${fd##*/}; done";
  const { code, out } = await run(temporary, script);
  assertEquals(code, 0);
  // Whatever the test was started with is handed on to every child.
  const plain = await new Deno.Command("/bin/sh", { args: ["-c", script], stdin: "null" }).output();
  assertEquals(out, new TextDecoder().decode(plain.stdout));
});

const REPLACED: Readonly<Record<string, (path: string, temporary: TemporaryRoot) => void>> = {
  "a fifo": (path) => {
    new Deno.Command("mkfifo", { args: [path] }).outputSync();
  },
  "a directory": (path) => Deno.mkdirSync(path),
  "a symlink to a file": (path, temporary) => Deno.symlinkSync(temporary.write("target", ""), path),
  "a symlink to nowhere": (path, temporary) => Deno.symlinkSync(`${temporary.work}/target`, path),
};

for (const [what, replace] of Object.entries(REPLACED)) {
  for (const log of ["out", "err"] as const) {
    Deno.test(`a current.${log} that is ${what} is refused, and nothing runs`, () => {
      using temporary = new TemporaryRoot();
      const paths = temporary.process("api");
      replace(paths[log], temporary);
      assertThrows(
        () => launch(plan(paths, ["/bin/sh", "-c", `echo it ran > ${temporary.work}/target`])),
        Deno.errors.InvalidData,
        `its log '${paths[log]}' is no plain file; move it away`,
      );
      assertEquals(readTextIfThere(`${temporary.work}/target`) ?? "", "");
    });
  }
}

Deno.test("many are launched at once, each with its own pid and log", async () => {
  using temporary = new TemporaryRoot();
  const names = Array.from({ length: 10 }, (_, index) => `p${index}`);
  const launched = await Promise.all(names.map(async (name) => {
    const paths = temporary.process(name);
    const process = launch(plan(paths, ["/bin/sh", "-c", "echo $TSM_NAME $$"], {
      env: { ...ENV, TSM_NAME: name },
    }));
    await process.exited;
    return { name, pid: process.pid, out: Deno.readTextFileSync(paths.out) };
  }));
  for (const { name, pid, out } of launched) assertEquals(out, `${name} ${pid}\n`);
});
