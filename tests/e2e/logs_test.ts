import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isThere } from "../../src/files/path_info.ts";
import { testNeeding } from "../test_needing.ts";
import { Tsm, until } from "./harness.ts";

/** A follower whose lines are collected. */
class Follower implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #done: Promise<void>;

  constructor(tsm: Tsm, ...args: string[]) {
    this.#child = tsm.command(["logs", ...args]).spawn();
    this.#done = this.#collect();
  }

  async shows(line: string): Promise<void> {
    await until(`the line '${line}'`, () => this.lines.includes(line));
  }

  async #collect() {
    let rest = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      this.lines.push(...lines);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.stderr.cancel();
    await this.#done;
    await this.#child.status;
  }
}

/** Starts a process that writes each line it is told by a fifo; gives what tells it. */
async function startEcho(tsm: Tsm, name: string, ...flags: string[]) {
  const fifo = `${tsm.work}/${name}.fifo`;
  await new Deno.Command("mkfifo", { args: [fifo] }).output();
  const script = tsm.write(
    `${name}.sh`,
    // Opened for both, the fifo has no end.
    `#!/bin/sh\nexec 3<>'${fifo}'\nwhile IFS= read -r line <&3; do printf '%s\\n' "$line"; done\n`,
    0o755,
  );
  await tsm.ok("start", script, "--name", name, ...flags);
  return (line: string) => Deno.writeTextFileSync(fifo, `${line}\n`);
}

const NO_FOLLOW = "--no-follow";

Deno.test("a follower goes on through rotation, restart, and stop and start, each line once", async () => {
  await using tsm = new Tsm();
  const say = await startEcho(tsm, "echo");
  await using follower = new Follower(tsm, "echo");
  say("one");
  await follower.shows("one");
  await tsm.rotate("echo");
  say("two");
  await follower.shows("two");
  await tsm.ok("restart", "echo");
  say("three");
  await follower.shows("three");
  await tsm.ok("stop", "echo");
  await tsm.ok("start", `${tsm.work}/echo.sh`, "--name", "echo");
  say("four");
  await follower.shows("four");
  assertEquals(follower.lines, ["one", "two", "three", "four"]);
});

Deno.test("a follower shows processes that begin to match while it runs", async () => {
  await using tsm = new Tsm();
  const sayA = await startEcho(tsm, "web-a");
  await using follower = new Follower(tsm, "/^web-/");
  sayA("from a");
  await follower.shows("from a");
  const sayB = await startEcho(tsm, "web-b");
  sayB("from b");
  await follower.shows("web-b | from b");
});

Deno.test("logs rotate keeps what the logs held, compresses older files, and reads them all", async () => {
  await using tsm = new Tsm();
  const begun = Math.floor(Date.now() / 1000);
  const say = await startEcho(tsm, "echo", "--log-max-files", "2");
  const files: string[] = [];
  for (const line of ["one", "two", "three", "four"]) {
    say(line);
    await until("the line", () => tsm.read("runtime/processes/echo/current.out").includes(line));
    const said = await tsm.rotate("echo");
    assertMatch(said, /^Rotated echo: \d{4}-\d\d-\d\d-0\d\.out\n$/);
    files.push(said.trim().split(" ").at(-1)!);
  }
  const dir = tsm.path("runtime", "processes", "echo");
  await until("the compression", () => {
    const names = [...Deno.readDirSync(dir)].map(({ name }) => name).sort()
      .filter((name) => /^\d.*(out|gz)$/.test(name));
    return names.join() === `${files[2]}.gz,${files[3]}`;
  });
  assertEquals(await tsm.ok("logs", "echo", NO_FOLLOW), "three\nfour\n");
  assertEquals(await tsm.ok("logs", "echo", NO_FOLLOW, "--lines", "1"), "four\n");
  assertEquals(await tsm.ok("logs", "echo", NO_FOLLOW, "--grep", "THR", "-i"), "three\n");
  assertEquals(await tsm.ok("logs", "echo", NO_FOLLOW, "--grep", "thr", "-v"), "four\n");
  assertEquals(await tsm.ok("logs", "echo", NO_FOLLOW, "--since", "1h"), "three\nfour\n");
  assertEquals(await tsm.ok("logs", "echo", "--until", "1h"), "");
  assertMatch(
    await tsm.ok("logs", "echo", NO_FOLLOW, "--time", "--lines", "1"),
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z four\n$/,
  );
  const [entry] = (await tsm.ok("logs", "echo", NO_FOLLOW, "--json", "--lines", "1")).split("\n");
  const { time, ...rest } = JSON.parse(entry!);
  assert(time >= begun && time <= Date.now() / 1000 + 1);
  assertEquals(rest, { name: "echo", stream: "out", line: "four" });
  assertStringIncludes(tsm.read("db", "history", "echo.jsonl"), '"event":"rotate"');
});

Deno.test("flush empties the current logs and is recorded", async () => {
  await using tsm = new Tsm();
  const say = await startEcho(tsm, "echo");
  await using follower = new Follower(tsm, "echo");
  say("gone");
  await follower.shows("gone");
  await tsm.ok("flush", "echo");
  assertEquals(tsm.read("runtime/processes/echo/current.out"), "");
  say("new");
  await follower.shows("new");
  assertEquals(await tsm.ok("logs", "echo", NO_FOLLOW), "new\n");
  assertStringIncludes(tsm.read("db", "history", "echo.jsonl"), '"event":"flush"');
});

Deno.test("a writer without append mode is rotated at its restart, and describe says so", async () => {
  await using tsm = new Tsm();
  const script = tsm.write(
    "hole.sh",
    `#!/bin/sh\nexec >"$TSM_ROOT/runtime/processes/hole/current.out"\necho first\nexec sleep 1000\n`,
    0o755,
  );
  await tsm.ok("start", script, "--name", "hole");
  await until("its line", () => tsm.read("runtime/processes/hole/current.out") === "first\n");
  assertStringIncludes(
    await tsm.fails(1, "logs", "rotate", "hole"),
    "without append mode and would leave a hole; the log is rotated at the next restart",
  );
  assertEquals(tsm.read("runtime/processes/hole/current.out"), "first\n");
  assertStringIncludes(await tsm.ok("describe", "hole"), "rotated at the next restart");
  await tsm.fails(1, "flush", "hole");
  await tsm.ok("restart", "hole");
  const dir = tsm.path("runtime", "processes", "hole");
  const rotated = [...Deno.readDirSync(dir)].filter(({ name }) => /-00\.out$/.test(name));
  assertEquals(rotated.map(({ name }) => Deno.readTextFileSync(`${dir}/${name}`)), ["first\n"]);
});

Deno.test("what control characters, broken UTF-8 and Windows do is harmless, and faithful in --raw", async () => {
  await using tsm = new Tsm();
  const bytes = new Uint8Array([
    ...new TextEncoder().encode("\x1b[2J\x1b[31mred\x1b[0m \x07\0 tab\there\r\nümlaut \u009b2J "),
    0xff,
    0x0a,
    ...new TextEncoder().encode("no end"),
  ]);
  Deno.writeFileSync(`${tsm.work}/bytes`, bytes);
  await tsm.ok("start", `sh -c 'cat ${tsm.work}/bytes; exec sleep 1000'`, "--name", "odd");
  await until(
    "its bytes",
    () => Deno.statSync(tsm.path("runtime/processes/odd/current.out")).size === bytes.length,
  );
  assertEquals(
    await tsm.ok("logs", "odd", NO_FOLLOW),
    "^[[2Jred ^G^@ tab\there\nümlaut \\x9b2J \ufffd\nno end\n",
  );
  const raw = await tsm.command(["logs", "odd", NO_FOLLOW, "--raw"]).output();
  assertEquals(raw.stdout, bytes);
});

Deno.test("a line of several MiB is shown whole", async () => {
  await using tsm = new Tsm();
  const script = `sh -c 'head -c 3000000 /dev/zero | tr "\\\\0" x; echo end; exec sleep 1000'`;
  await tsm.ok("start", script, "--name", "long");
  const path = tsm.path("runtime/processes/long/current.out");
  await until("its line", () => Deno.statSync(path).size === 3_000_004);
  assertEquals(await tsm.ok("logs", "long", NO_FOLLOW), `${"x".repeat(3_000_000)}end\n`);
});

Deno.test("a log replaced by a directory, a link or a fifo is refused, and others go on", async () => {
  await using tsm = new Tsm();
  const say = await startEcho(tsm, "fine");
  say("here");
  await until("the line", () => tsm.read("runtime/processes/fine/current.out") === "here\n");
  for (const [name, kind] of [["dir", "mkdir"], ["link", "ln -s /etc/hosts"], ["fifo", "mkfifo"]]) {
    await tsm.ok("start", "sleep 1000", "--name", name!);
    const path = tsm.path("runtime", "processes", name!, "current.out");
    await new Deno.Command("sh", { args: ["-c", `rm "$1" && ${kind} "$1"`, "sh", path] }).output();
  }
  const said = await tsm.fails(1, "logs", "rotate", "all");
  for (const [name, what] of [["dir", "a directory"], ["link", "a symbolic link"]]) {
    assertStringIncludes(said, `Cannot rotate logs of '${name}'`);
    assertStringIncludes(said, what!);
  }
  await until(
    "the rotation of the other",
    () =>
      [...Deno.readDirSync(tsm.path("runtime/processes/fine"))].some(({ name }) =>
        /-00.out$/.test(name)
      ),
  );
  assertEquals(await tsm.ok("logs", NO_FOLLOW, "fine"), "here\n");
  assertEquals(Deno.readTextFileSync("/etc/hosts").length > 0, true);
  await tsm.ok("logs", NO_FOLLOW, "all");
});

Deno.test("a deleted log is noticed", async () => {
  await using tsm = new Tsm();
  const say = await startEcho(tsm, "echo");
  say("one");
  const path = tsm.path("runtime/processes/echo/current.out");
  await until("the line", () => tsm.read("runtime/processes/echo/current.out") === "one\n");
  await tsm.ok("patrol");
  assert(isThere(`${path}.idx`), "a patrol has looked at it");
  Deno.removeSync(path);
  const problem = await until("the report", async () => {
    await tsm.ok("patrol");
    const { log_problems: problems } = JSON.parse(await tsm.ok("describe", "echo", "--json"));
    return problems.out;
  });
  assertStringIncludes(problem, "was deleted; what it writes is lost until 'tsm restart echo'");
  await tsm.ok("restart", "echo");
  say("two");
  await until("the line", () => Deno.readTextFileSync(path) === "two\n");
});

Deno.test("a log that is deleted right after the start is told of at once, by whoever is asked", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "fresh");
  const path = tsm.path("runtime/processes/fresh/current.out");
  assertEquals(await tsm.ok("patrol", "--json"), "[]\n");
  Deno.removeSync(path);
  const told = `was deleted; what it writes is lost until 'tsm restart fresh'`;
  const { stderr } = await tsm.run(["logs", "fresh", NO_FOLLOW]);
  assertStringIncludes(stderr, told);
  assertStringIncludes(await tsm.ok("describe", "fresh"), told);
  const dry = await tsm.ok("patrol", "--dry-run");
  assertStringIncludes(dry, "would be made anew by 'tsm restart fresh'");
  const [finding] = JSON.parse(await tsm.ok("patrol", "--json"));
  assertEquals([finding.kind, finding.name, finding.done], ["lost-log", "fresh", false]);
  await tsm.ok("restart", "fresh");
  assertEquals(await tsm.ok("patrol", "--json"), "[]\n");
  assertEquals((await tsm.run(["logs", "fresh", NO_FOLLOW])).stderr, "");
});

Deno.test("bad sizes, times, numbers and expressions are marked, with an example", async () => {
  await using tsm = new Tsm();
  const cases: [string[], string[]][] = [
    [["logs", "--since", "yesterdayish"], ["  yesterdayish\n  ^^^^^^^^^^^^\nexamples: 10m"]],
    [["logs", "--until", "25:61"], ["  25:61\n  ^^^^^\n"]],
    [["logs", "--since", "5m", "--until", "10m"], ["that is before --since 5m", "example: "]],
    [["logs", "--grep", "a(b"], ["  a(b\n  ^^^\n", "--grep 'error|warn'"]],
    [["logs", "--highlight", "[z"], ["--highlight", "  [z\n  ^^\n"]],
    [["logs", "--lines", "1x"], ["  1x\n   ^\n", "--lines 100"]],
    [["logs", "--since", "-5m"], ["--since", "  -5m\n  ^^^\n"]],
    [["logs", "-n", "-1"], ["  -1\n  ^^\n", "--lines 100"]],
    [["logs", "--exclude", "(x"], ["--exclude", "  (x\n  ^^\n"]],
    [["logs", "--level", "loud"], ["--level takes trace, debug, info", "  loud\n  ^^^^\n"]],
    [["logs", "-v"], ["--grep does not say what", "--grep debug --invert"]],
    [["logs", "/[/"], ["'/[/'", "example"]],
    [["start", "sleep 1", "--log-max-size", "10X"], ["  10X\n    ^\nexamples: 300M, 1.5G, 512K"]],
    [["start", "sleep 1", "--log-max-total", "big"], ["--log-max-total", "  big\n  ^^^\n"]],
    [["start", "sleep 1", "--log-max-age", "soon"], ["--log-max-age", "  soon\n  ^^^^\n"]],
    [["start", "sleep 1", "--log-max-files=-1"], ["--log-max-files"]],
    [["start", "sleep 1", "--log-rotate", "weekly-ish"], ["  weekly-ish\n  ^", "'0 */6 * * *'"]],
  ];
  for (const [args, parts] of cases) {
    const said = await tsm.fails(64, ...args);
    for (const part of parts) assertStringIncludes(said, part);
  }
  assertEquals([...Deno.readDirSync(tsm.work)], []);
});

Deno.test("logs of two streams and processes are merged, and a closed pipe ends them quietly", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sh -c 'echo out; echo err >&2; exec sleep 1000'", "--name", "two");
  await tsm.ok("start", "sh -c 'seq 1 100000; exec sleep 1000'", "--name", "many");
  await until(
    "all lines",
    () => tsm.read("runtime/processes/many/current.out").endsWith("\n100000\n"),
  );
  await until("its error", () => tsm.read("runtime/processes/two/current.err") === "err\n");
  const all = (await tsm.ok("logs", NO_FOLLOW, "--lines", "2")).trimEnd().split("\n").sort();
  assertEquals(all, ["many | 100000", "many | 99999", "two  | err", "two  | out"]);
  assertEquals(await tsm.ok("logs", "two", "--err", NO_FOLLOW), "err\n");
  const [program, ...words] = (await import("./harness.ts")).tsmCommand();
  const piped = await new Deno.Command("sh", {
    args: [
      "-c",
      '"$@" | head -n 2',
      "sh",
      program!,
      ...words,
      "logs",
      "many",
      NO_FOLLOW,
      "--since",
      "1h",
    ],
    env: { TSM_ROOT: tsm.root },
    stdout: "piped",
    stderr: "piped",
  }).output();
  assertEquals(new TextDecoder().decode(piped.stdout), "1\n2\n");
  assertEquals(new TextDecoder().decode(piped.stderr), "");
});

Deno.test("a follower whose reader has gone ends, though no further line comes", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sh -c 'echo one; echo two; exec sleep 1000'", "--name", "quiet");
  await until("its lines", () => tsm.read("runtime/processes/quiet/current.out") === "one\ntwo\n");
  const { stdout } = await tsm.shell('"$@" | head -n 1', ["logs", "quiet"]).output();
  assertEquals(new TextDecoder().decode(stdout), "one\n");
});

Deno.test("lines are shown by level, a stack trace with the line it belongs to, and without what is excluded", async () => {
  await using tsm = new Tsm();
  const lines = [
    '{"level":30,"msg":"ready"}',
    "2024-10-13 14:05:09 ERROR no disk",
    "    at write (a.js:1)",
    "listening on 3000",
    "level=warn msg=late",
    "[error] healthz failed",
  ];
  tsm.write("lines", `${lines.join("\n")}\n`);
  await tsm.ok("start", "sh -c 'cat lines; exec sleep 1000'", "--name", "app");
  await until("its lines", () => tsm.read("runtime/processes/app/current.out").includes("healthz"));
  const shown = async (...flags: string[]) =>
    (await tsm.ok("logs", "app", NO_FOLLOW, ...flags)).trimEnd().split("\n");
  assertEquals(await shown("--level", "warn"), [lines[1], lines[2], lines[4], lines[5]]);
  assertEquals(await shown("--level", "error", "--exclude", "healthz"), [lines[1], lines[2]]);
  assertEquals(await shown("--exclude", "a", "--exclude", "RO", "-i"), [lines[3]]);
  assertEquals(await shown("--grep", "o", "--exclude", "disk", "-n", "1"), [lines[5]]);
});

Deno.test("lines of several processes stand in the order in which they were written", async () => {
  await using tsm = new Tsm();
  const names = ["a", "b", "c"];
  const says = await Promise.all(names.map((name) => startEcho(tsm, name)));
  const offset = (name: string) =>
    Number(/ (\d+)\n$/.exec(tsm.read("runtime/processes", name, "current.out.idx"))?.[1]);
  const waits: number[] = [];
  const expected: string[] = [];
  for (let round = 0; round < 6; round++) {
    for (const [index, name] of names.entries()) {
      const begun = performance.now();
      says[index]!(`${name}${round}`);
      expected.push(`${name} | ${name}${round}`);
      // Only then the next line is written: it has a later time.
      await until("its point in the time index", () => offset(name) === 3 * (round + 1));
      waits.push(performance.now() - begun);
    }
  }
  // By the look at all logs every five seconds alone, none but the first would come sooner than that.
  assert(Math.min(...waits.slice(1)) < 4000, waits.join(", "));
  assertEquals((await tsm.ok("logs", NO_FOLLOW)).trimEnd().split("\n"), expected);
});

Deno.test("a log that somebody else empties is told of, with what is lost", async () => {
  await using tsm = new Tsm();
  const say = await startEcho(tsm, "echo");
  const path = "runtime/processes/echo/current.out";
  say("one");
  await until("its point in the time index", () => tsm.read(`${path}.idx`).endsWith(" 4\n"));
  // As long as before, as after 'echo two >/dev/stdout': its length does not tell.
  Deno.writeTextFileSync(tsm.path(path), "two\n");
  const reason = await until("the event", async () => {
    const entries = await tsm.ok("history", "echo", "--json");
    return JSON.parse(entries).find((entry: { event: string }) => entry.event === "truncate");
  });
  assertStringIncludes(reason.reason, "current.out was emptied by somebody else, 4 bytes");
  const { stdout, stderr } = await tsm.run(["logs", "echo", NO_FOLLOW]);
  assertEquals(stdout, "two\n");
  assertStringIncludes(stderr, "4 bytes of it are lost");
});

testNeeding(
  ["prlimit"],
  "more logs than files that may be open are shown where the limit can be raised, else refused",
  async () => {
    await using tsm = new Tsm();
    await tsm.ok("start", "echo hello", "--name", "p1", "--no-autorestart", "--wait");
    await until("its end", async () => (await tsm.list()).p1?.status === "stopped");
    const made = tsm.path("runtime", "processes", "p1");
    const meta = JSON.parse(tsm.read("runtime", "processes", "p1", "meta.json"));
    const count = 110;
    for (let id = 2; id <= count; id++) {
      const dir = tsm.path("runtime", "processes", `p${id}`);
      Deno.mkdirSync(dir);
      Deno.copyFileSync(`${made}/spec.json`, `${dir}/spec.json`);
      Deno.writeTextFileSync(`${dir}/current.out`, `hello of ${id}\n`);
      Deno.writeTextFileSync(`${dir}/current.err`, "");
      const copy = { ...meta, tsm_id: id, name: `p${id}` };
      Deno.writeTextFileSync(`${dir}/meta.json`, JSON.stringify(copy, null, 2));
    }
    const logs = ["logs", "--no-follow", "all"];
    const raised = await tsm.shell('ulimit -S -n 200; exec "$@"', logs).output();
    const text = new TextDecoder().decode(raised.stdout);
    assertEquals(text.trimEnd().split("\n").length, count, new TextDecoder().decode(raised.stderr));
    const refused = await tsm.shell('ulimit -n 200; exec "$@"', logs).output();
    assertEquals(refused.code, 1);
    assertEquals(
      new TextDecoder().decode(refused.stderr),
      "tsm: Cannot show 220 logs at once: that takes 284 open files, and 200 are allowed; select " +
        "fewer, show one stream (--out, --err), or first 'ulimit -n 284'\n",
    );
  },
);
