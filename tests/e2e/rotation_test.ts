import { assert, assertEquals } from "@std/assert";
import { isThere } from "../../src/files/path_info.ts";
import { randomNumbers } from "../seed.ts";
import { isRunning, Tsm, until } from "./harness.ts";

/** The whole test takes minutes and gigabytes; without it everything is smaller. */
const FULL = Deno.env.get("TSM_FULL") === "1";
const ROTATIONS = FULL ? 50 : 12;
const KILLS = FULL ? 10 : 4;
// A loop that never opens its file again, at some 10 MB/s.
const SLOW_WRITER =
  `awk 'BEGIN { for (;;) { for (i = 0; i < 20000; i++) print ++n; fflush(); system("sleep 0.01") } }'`;
const WRITER = FULL ? "exec seq 1 4000000000" : SLOW_WRITER;

/** What a log holds, its rotated files first; each may be compressed while they are read. */
function wholeLog(tsm: Tsm, name: string): ReadableStream<Uint8Array> {
  const script = `cd "$1" || exit
    for f in $(ls | sed 's/[.]gz$//' | grep -E '^[0-9-]+[.]out$' | sort -Vu); do
      cat "$f" 2>/dev/null || zcat "$f.gz"
    done
    cat current.out`;
  const dir = tsm.path("runtime", "processes", name);
  return new Deno.Command("bash", { args: ["-c", script, "sh", dir], stdout: "piped" }).spawn()
    .stdout;
}

/** Reads numbers, which must come each once and in order. */
class Numbers {
  /** The last one that came. */
  last = 0;
  /** The stream has ended, or brought a wrong number. */
  isOver = false;
  /** Settles when the stream ends; rejects at the first number that is not the next. */
  readonly done: Promise<void>;

  constructor(what: string, stream: ReadableStream<Uint8Array>) {
    this.done = this.#read(what, stream).finally(() => this.isOver = true);
    this.done.catch(() => {});
  }

  // Byte by byte against the line that must come: gigabytes are compared so, not parsed.
  async #read(what: string, stream: ReadableStream<Uint8Array>) {
    let first = "";
    let expected = new Uint8Array(0);
    let at = 0;
    for await (const bytes of stream) {
      for (let index = 0; index < bytes.length; index++) {
        const byte = bytes[index]!;
        if (this.last === 0) {
          if (byte !== NEWLINE) first += String.fromCharCode(byte);
          else {
            this.last = Number(first);
            expected = lineOf(this.last + 1);
          }
          continue;
        }
        if (byte !== expected[at]) {
          const came = new TextDecoder().decode(
            bytes.subarray(Math.max(0, index - at), index + 20),
          );
          throw new Error(`${what}: after ${this.last} comes ${JSON.stringify(came)}`);
        }
        if (++at < expected.length) continue;
        at = 0;
        this.last++;
        if (!increment(expected)) expected = lineOf(this.last + 1);
      }
    }
  }
}

const NEWLINE = 0x0a;

/** The bytes of the line that holds a number. */
function lineOf(number: number): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${number}\n`);
}

/** Makes the line of a number that of the next one; false if that is longer. */
function increment(line: Uint8Array): boolean {
  for (let at = line.length - 2; at >= 0; at--) {
    if (line[at] !== 0x39) {
      line[at] = line[at]! + 1;
      return true;
    }
    line[at] = 0x30;
  }
  return false;
}

Deno.test("rotations with the supervisor killed in the middle lose and double no line, and a follower sees each once", async () => {
  await using tsm = new Tsm();
  const script = tsm.write("writer.sh", `#!/bin/sh\n${WRITER}\n`, 0o755);
  await tsm.ok("start", script, "--name", "writer", "--log-max-files", "0", "--log-max-size", "0");
  const { pid } = (await tsm.list())["writer"]!;
  const follower = tsm.command(["logs", "writer", "--lines", "1"]).spawn();
  const complaints = new Response(follower.stderr).text();
  const followed = new Numbers("the follower", follower.stdout);
  await until("the follower to follow", () => followed.last > 0);

  const random = randomNumbers();
  for (let round = 0; round < ROTATIONS; round++) {
    const kills = round % Math.floor(ROTATIONS / KILLS) === 1;
    if (kills) {
      let isOver = false;
      const rotation = tsm.run(["logs", "rotate", "writer"]).finally(() => isOver = true);
      const supervisor = tsm.supervisorPid();
      const note = tsm.path("runtime", "processes", "writer", "current.out.rotation");
      // Half of the kills hit the copying, half the frozen moment and what follows it.
      if (round % 2 === 1) {
        // It is there for milliseconds, and may be missed.
        await until("the note of the rotation, or its end", () => isThere(note) || isOver);
        await new Promise((resolve) => setTimeout(resolve, random() * 12));
      } else await new Promise((resolve) => setTimeout(resolve, random() * 300));
      Deno.kill(supervisor, "SIGKILL");
      await rotation;
      await until("the writer to run on", () => stateOf(pid!) !== "T");
      // Where the rotation was over before the kill nobody has started the next supervisor yet.
      await tsm.ok("reset", "writer");
      await tsm.run(["logs", "rotate", "writer"]);
    } else await tsm.rotate("writer");
  }
  await tsm.ok("stop", "writer", "--keep");
  const log = new Numbers("the log", wholeLog(tsm, "writer"));
  await log.done;
  const rotated = [...Deno.readDirSync(tsm.path("runtime", "processes", "writer"))]
    .filter(({ name }) => /^\d{4}-\d\d-\d\d-\d\d+\.out(\.gz)?$/.test(name));
  assert(rotated.length >= ROTATIONS - KILLS, `only ${rotated.length} rotated files`);
  const hasAll = () => followed.isOver || followed.last >= log.last;
  await until("the follower to have all", hasAll, FULL ? 600_000 : 120_000);
  if (!followed.isOver) follower.kill("SIGTERM");
  await followed.done;
  await follower.status;
  assertEquals(followed.last, log.last, await complaints);
});

function stateOf(pid: number): string | undefined {
  try {
    return /\) (.)/.exec(Deno.readTextFileSync(`/proc/${pid}/stat`))?.[1];
  } catch {
    return undefined;
  }
}

Deno.test("with --no-freeze a writer is never stopped, and what it may lose is never doubled", async () => {
  await using tsm = new Tsm();
  const script = tsm.write("writer.sh", `#!/bin/sh\n${SLOW_WRITER}\n`, 0o755);
  const keepAll = ["--log-max-files", "0", "--log-max-size", "0"];
  await tsm.ok("start", script, "--name", "fluent", "--no-freeze", ...keepAll);
  const { pid } = (await tsm.list())["fluent"]!;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      assert(stateOf(pid!) !== "T", "it was stopped");
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  })();
  const current = tsm.path("runtime", "processes", "fluent", "current.out");
  for (let round = 0; round < 3; round++) {
    await until("thousands of lines", () => Deno.statSync(current).size > 200_000);
    await tsm.rotate("fluent");
  }
  isOver = true;
  await watching;
  await tsm.ok("stop", "fluent", "--keep");
  const seen = new Set<string>();
  let doubled = 0;
  let rest = "";
  for await (const text of wholeLog(tsm, "fluent").pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      if (seen.has(line)) doubled++;
      seen.add(line);
    }
  }
  assert(seen.size > 20_000);
  // Where bytes were lost, what is left of two lines may happen to be another number.
  assert(doubled <= 3, `${doubled} lines came twice`);
});

Deno.test("what forked twice and cleared its environment loses no line to rotations, and ends with a stop", async () => {
  await using tsm = new Tsm();
  const writer = tsm.write("writer.sh", `#!/bin/sh\n${SLOW_WRITER}\n`, 0o755);
  const script = tsm.write(
    "daemon.sh",
    `#!/bin/sh
(setsid env -i PATH="$PATH" sh -c 'echo $$ >pid; exec ${writer}' &)
exec sleep 1000
`,
    0o755,
  );
  const keepAll = ["--log-max-files", "0", "--log-max-size", "0"];
  await tsm.ok("start", script, "--name", "daemon", ...keepAll);
  const pidFile = `${tsm.work}/pid`;
  const current = tsm.path("runtime/processes/daemon/current.out");
  for (let round = 0; round < 8; round++) {
    await until("thousands of lines", () => Deno.statSync(current).size > 200_000);
    await tsm.rotate("daemon");
  }
  const pid = Number(Deno.readTextFileSync(pidFile));
  assert(isRunning(pid));
  await tsm.ok("stop", "daemon", "--keep");
  assert(!isRunning(pid), "it outlives the stop");
  const log = new Numbers("the log", wholeLog(tsm, "daemon"));
  await log.done;
  assert(log.last > 100_000);
});

Deno.test("who reads a log, or writes to another's, is not ended with a process", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "shared");
  const current = tsm.path("runtime/processes/shared/current.out");
  await tsm.ok("start", `sh -c 'exec sleep 1000 >>${current}'`, "--name", "guest");
  await using reader = new Deno.Command("tail", {
    args: ["-f", current],
    stdout: "null",
    stderr: "null",
  }).spawn();
  await tsm.ok("stop", "shared", "--keep");
  assert(isRunning(reader.pid));
  assertEquals((await tsm.list())["guest"]?.status, "online");
  assertEquals((await tsm.list())["guest"]?.restarts, 0);
  reader.kill();
});

Deno.test("a process the user has stopped stays stopped through a rotation", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sh -c 'echo said; exec sleep 1000'", "--name", "asleep");
  const { pid } = (await tsm.list())["asleep"]!;
  await until("its line", () => tsm.read("runtime/processes/asleep/current.out") === "said\n");
  await tsm.ok("signal", "STOP", "asleep");
  await until("it to stop", () => stateOf(pid!) === "T");
  await tsm.rotate("asleep");
  assertEquals(stateOf(pid!), "T");
  assertEquals(tsm.read("runtime/processes/asleep/current.out"), "");
});

Deno.test("logs are rotated at a restart where that is asked for, and by size", async () => {
  await using tsm = new Tsm();
  await tsm.ok(
    "start",
    "sh -c 'echo run; exec sleep 1000'",
    "--name",
    "r",
    "--log-rotate-on-restart",
  );
  const line = () =>
    isThere(tsm.path("runtime/processes/r/current.out")) &&
    tsm.read("runtime/processes/r/current.out") === "run\n";
  await until("its line", line);
  await tsm.ok("restart", "r");
  await until("its line", line);
  const writer = "sh -c 'until test -e go; do sleep 0.05; done; seq 1 30000; exec sleep 1000'";
  await tsm.ok("start", writer, "--name", "big", "--log-max-size", "100K", "--no-freeze");
  // It looks at the size when all is written, and not in the middle.
  const supervisor = tsm.supervisorPid();
  Deno.kill(supervisor, "SIGSTOP");
  try {
    tsm.write("go", "");
    const big = () => tsm.read("runtime/processes/big/current.out");
    await until("all its lines", () => big().endsWith("\n30000\n"));
  } finally {
    Deno.kill(supervisor, "SIGCONT");
  }
  const rotated = (name: string) =>
    [...Deno.readDirSync(tsm.path("runtime/processes", name))]
      .filter((entry) => /-00\.out$/.test(entry.name))
      .map((entry) => tsm.read("runtime/processes", name, entry.name))[0];
  assertEquals(rotated("r"), "run\n");
  await until("the rotation by size", () => rotated("big")?.endsWith("\n30000\n"));
  await until("its end", () => tsm.read("runtime/processes/big/current.out") === "");
});
