import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { MOUNT, testNeeding } from "../test_needing.ts";
import { mountRoot, unmountRoot } from "./full_disk.ts";
import { Tsm, until } from "./harness.ts";

/** The names of the rotated files of a process, oldest first. */
function rotatedOf(tsm: Tsm, name: string): string[] {
  return [...Deno.readDirSync(tsm.path("runtime", "processes", name))]
    .map((entry) => entry.name).filter((file) => /^\d{4}-.*\.out(\.gz)?$/.test(file)).sort();
}

/** What the history of a process has of an event. */
function entriesOf(tsm: Tsm, name: string, event: string): readonly Record<string, unknown>[] {
  return tsm.read("db", "history", `${name}.jsonl`).trim().split("\n")
    .map((line) => JSON.parse(line)).filter((entry) => entry.event === event);
}

function reasonsOf(tsm: Tsm, name: string, event: string): string[] {
  return entriesOf(tsm, name, event).map(({ reason }) => String(reason));
}

Deno.test("a program that crashes all the time has its log rotated at its launches", async () => {
  await using tsm = new Tsm();
  const script = "head -c 300000 /dev/zero | tr '\\0' x | fold -w 100; exit 1";
  const limits = ["--log-max-size", "100K", "--log-max-files", "3"];
  const policy = ["--max-restarts", "1000", "--restart-delay", "50ms"];
  // Whether its early end is told as a failed start is not what this is about.
  await tsm.run(["start", "--name", "flood", ...limits, ...policy, "--", "sh", "-c", script]);
  const meta = tsm.path("runtime", "processes", "flood", "meta.json");
  await until("twelve restarts", () => JSON.parse(Deno.readTextFileSync(meta)).restarts >= 12);
  // What one run writes is all that there may be above the limit.
  const { size } = Deno.statSync(tsm.path("runtime", "processes", "flood", "current.out"));
  assert(size <= 310_000, `${size} bytes in current.out`);
  const rotations = reasonsOf(tsm, "flood", "rotate");
  assert(rotations.length >= 10, `${rotations.length} rotations`);
  assertMatch(rotations[0]!, /-00\.out by size/);
  // While it is rotated there is one more for a moment, and while one is compressed it is there twice.
  await tsm.ok("stop", "--keep", "flood");
  const bases = new Set(rotatedOf(tsm, "flood").map((file) => file.replace(/\.gz$/, "")));
  assert(bases.size <= 3, [...bases].join());
});

Deno.test("a log above all that it may have is cut at once, and an event tells of it", async () => {
  await using tsm = new Tsm();
  const script = "head -c 30000000 /dev/zero; echo 'the end'; exec sleep 1000";
  const limits = ["--log-max-size", "1M", "--log-max-total", "2M"];
  await tsm.ok("start", "--name", "flood", ...limits, "--", "sh", "-c", script);
  const cut = await until("the cut", () => reasonsOf(tsm, "flood", "flush")[0]);
  assertMatch(cut, /^current\.out cut at \d+ bytes: log_max_size and log_max_total allow 3145728$/);
  assertEquals(rotatedOf(tsm, "flood"), []);
  assert(Deno.statSync(tsm.path("runtime", "processes", "flood", "current.out")).size < 30_000_000);
});

/** A process `x` whose log gets a chunk, which no gzip makes smaller, each time it is asked for. */
async function startWriter(tsm: Tsm, chunk: number): Promise<{ write(): Promise<void> }> {
  const script = `while :; do [ ! -e more ] || { rm more; head -c ${chunk} /dev/urandom; ` +
    "echo >written; }; sleep 0.02; done";
  await tsm.ok("start", "--name", "x", "--log-max-size", "0", "--", "sh", "-c", script);
  return {
    write: async () => {
      // Nothing is to be done to it once it is there: the program removes it at once.
      Deno.writeTextFileSync(`${tsm.work}/more`, "");
      await until("the lines", () => Deno.statSync(`${tsm.work}/written`));
      Deno.removeSync(`${tsm.work}/written`);
    },
  };
}

testNeeding(
  MOUNT,
  "a rotation makes room for its copy by the oldest archives of the log, no more of them than needed",
  async () => {
    await using tsm = new Tsm();
    await mountRoot(tsm, "90m");
    try {
      const { write } = await startWriter(tsm, 15_000_000);
      for (let count = 0; count < 3; count++) {
        await write();
        await tsm.rotate("x");
      }
      await write();
      // What is being compressed takes its space twice.
      const compressed = () => rotatedOf(tsm, "x").filter((file) => file.endsWith(".gz"));
      await until("the older archives to be compressed", () => compressed().length === 2);
      await until("their plain files to go", () => rotatedOf(tsm, "x").length === 3);
      const [oldest] = rotatedOf(tsm, "x");
      // Three archives and the log are 60 MB: what is left is too little for a copy. The second one
      // is likely to be compressed just now, which takes its space twice.
      Deno.writeFileSync(tsm.path("filler"), new Uint8Array(17_000_000));
      await tsm.rotate("x");
      const left = rotatedOf(tsm, "x").map((name) => name.replace(".gz", ""));
      assertEquals(left.length, 3, left.join());
      assert(!left.includes(oldest!.replace(".gz", "")), left.join());
      assertMatch(left.at(-1)!, /-03\.out$/);
      assertStringIncludes(
        tsm.read("runtime", "supervisor.log"),
        "there is little space on the disk",
      );
    } finally {
      await unmountRoot(tsm);
    }
  },
);

testNeeding(
  MOUNT,
  "an archive that somebody reads while it is removed costs no other one its place",
  async () => {
    await using tsm = new Tsm();
    await mountRoot(tsm, "6m");
    try {
      const { write } = await startWriter(tsm, 1_000_000);
      for (let count = 0; count < 3; count++) {
        await write();
        await tsm.rotate("x");
      }
      const [oldest, ...others] = await until("all but the newest compressed", () => {
        const names = rotatedOf(tsm, "x");
        const isDone = names.length === 3 &&
          names.filter((name) => name.endsWith(".gz")).length === 2;
        return isDone ? names : undefined;
      });
      await write();
      Deno.writeFileSync(tsm.path("filler"), new Uint8Array(1_300_000));
      {
        using _reader = Deno.openSync(tsm.path("runtime", "processes", "x", oldest!));
        await tsm.run(["logs", "rotate", "x"]);
        assert(!rotatedOf(tsm, "x").includes(oldest!));
        assertEquals(rotatedOf(tsm, "x").slice(0, 2), others);
      }
      await tsm.rotate("x");
      assertMatch(rotatedOf(tsm, "x").at(-1)!, /-03\.out$/);
    } finally {
      await unmountRoot(tsm);
    }
  },
);

Deno.test("a log that was silent for long is looked at often again once it grows, and rotated", async () => {
  await using tsm = new Tsm();
  // Longer than it takes for the looks to become few.
  const script = "sleep 33; while :; do head -c 200000 /dev/zero | tr '\\0' x | fold -w 100; " +
    "sleep 0.05; done";
  await tsm.ok("start", "--name", "late", "--log-max-size", "100K", "--", "sh", "-c", script);
  // By the looks of the ticks alone they would be five seconds apart.
  await until("two rotations within three seconds", () => {
    const times = entriesOf(tsm, "late", "rotate").map(({ time }) => Number(time));
    return times.some((time, index) => index > 0 && time - times[index - 1]! < 3);
    // Where its writer could not be stopped at once it is tried again after half a minute.
  });
});
