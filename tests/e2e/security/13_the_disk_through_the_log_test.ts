import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { freeSpace } from "../../../src/files/free_space.ts";
import { storedSize } from "../../../src/files/stored_size.ts";
import { MOUNT, ROOT_USER, testNeeding } from "../../test_needing.ts";
import { mountRoot, unmountRoot } from "../full_disk.ts";
import { Tsm, until } from "../harness.ts";

const MIB = 1024 * 1024;
/** Seconds after which a command counts as hanging. */
const PATIENCE = "300";

/** Declares a test with a tsm whose root is a small disk of its own. */
function testOnSmallDisk(
  name: string,
  use: (tsm: Tsm) => Promise<void>,
  needs: readonly string[] = [],
): void {
  testNeeding([...MOUNT, ...needs], name, async () => {
    await using tsm = new Tsm();
    await mountRoot(tsm, "64m");
    try {
      await use(tsm);
    } finally {
      await unmountRoot(tsm);
    }
  });
}

function pathOf(tsm: Tsm, name: string, file: string): string {
  return tsm.path("runtime", "processes", name, file);
}

/** Bytes of the disk that a log of a process takes. */
function storedBy(tsm: Tsm, name: string, file = "current.out"): number {
  return storedSize(Deno.statSync(pathOf(tsm, name, file)));
}

/** The names of the rotated files of a process, compressed or not, oldest first. */
function rotatedOf(tsm: Tsm, name: string): string[] {
  return [...Deno.readDirSync(pathOf(tsm, name, "."))].map((entry) => entry.name)
    .filter((file) => /^\d{4}-.*\.out(\.gz)?$/.test(file)).sort();
}

/** Awaits that a process has had its log cut `times` times, and stores little after each. */
async function isCutAgainAndAgain(tsm: Tsm, name: string, limit: number): Promise<void> {
  for (let times = 0; times < 5; times++) {
    await until("it is beyond its limits", () => storedBy(tsm, name) > limit);
    await until("it is cut", () => storedBy(tsm, name) <= limit);
  }
}

testOnSmallDisk(
  "a log that its program makes 50 G large is rotated without its holes",
  async (tsm) => {
    tsm.write(
      "huge.sh",
      "#!/bin/sh\nuntil [ -e go ]; do sleep 0.05; done\n" +
        "echo first\ntruncate -s 50G /proc/self/fd/1\necho last\necho >written\n" +
        "until [ -e more ]; do sleep 0.05; done\necho another\nexec sleep 1000\n",
      0o755,
    );
    await tsm.ok("start", "./huge.sh", "--name", "huge", "--log-max-size", "1M");
    // The supervisor looks at the size when all is written, and not in the middle.
    const supervisor = tsm.supervisorPid();
    Deno.kill(supervisor, "SIGSTOP");
    try {
      tsm.write("go", "");
      await until("all of it", () => Deno.statSync(`${tsm.work}/written`));
    } finally {
      Deno.kill(supervisor, "SIGCONT");
    }
    await until("the rotation", () => rotatedOf(tsm, "huge").length > 0);
    await until("its end", () => storedBy(tsm, "huge") === 0);
    const first = rotatedOf(tsm, "huge")[0]!;
    assert(
      storedBy(tsm, "huge", first) < MIB,
      `${storedBy(tsm, "huge", first)} bytes are stored`,
    );
    using rotated = Deno.openSync(pathOf(tsm, "huge", first));
    const begin = new Uint8Array(6);
    rotated.readSync(begin);
    assertEquals(new TextDecoder().decode(begin), "first\n");
    rotated.seekSync(-5, Deno.SeekMode.End);
    const end = new Uint8Array(5);
    rotated.readSync(end);
    assertEquals(new TextDecoder().decode(end), "last\n");
    // What it writes from now on is kept as that of any other process, and what is older is not
    // compressed, for that would read all of the holes.
    tsm.write("more", "");
    await until("its line", () => tsm.read("runtime/processes/huge/current.out") === "another\n");
    await tsm.rotate("huge");
    assert(rotatedOf(tsm, "huge").includes(first));
    const { stdout } = await hurried(tsm, "logs", "huge", "--lines", "1", "--no-follow");
    assertEquals(stdout, "another\n");
  },
);

testOnSmallDisk(
  "the last words of a program that has made a hole of its stderr are told",
  async (tsm) => {
    const script = "truncate -s 1P /proc/self/fd/2; echo 'the reason' >&2; exit 1";
    // However long a busy machine takes for it, its end is told as a failed start.
    const watched = ["--no-autorestart", "--min-uptime", "1h", "--wait=5m"];
    const words = ["start", "--name", "x", ...watched, "--", "sh", "-c", script];
    const { code, stderr } = await hurried(tsm, ...words);
    assertEquals(code, 1, stderr.slice(0, 1000));
    assertStringIncludes(stderr, "its last words on stderr:\n  the reason\n");
    assertStringIncludes((await hurried(tsm, "describe", "x")).stdout, "the reason");
    assert((await hurried(tsm, "logs", "x", "--no-follow")).stdout.endsWith("the reason\n"));
  },
);

testOnSmallDisk("a log without append mode keeps to log_max_total, which is told", async (tsm) => {
  const write = 'while :; do head -c 200000 /dev/zero | tr "\\0" x; sleep 0.01; done';
  const script = `exec >"$TSM_ROOT/runtime/processes/cut/current.out"; ${write}`;
  const limits = ["--log-max-size", "1M", "--log-max-total", "2M"];
  await tsm.ok("start", "--name", "cut", ...limits, "--", "sh", "-c", script);
  await isCutAgainAndAgain(tsm, "cut", 3 * MIB);
  const told =
    "writes without append mode and would leave a hole; the log is rotated at the next " +
    "restart, and until then emptied, not rotated, whenever it stores 3M";
  await until("it is told", async () => (await tsm.ok("describe", "cut")).includes(told));
  assertStringIncludes(
    (await tsm.run(["doctor"])).stdout,
    `cut: current.out: not rotated: its`,
  );
  // One event tells of many cuts.
  const cuts = tsm.read("db", "history", "cut.jsonl").match(/"flush"/g) ?? [];
  assertEquals(cuts.length, 1);
});

testOnSmallDisk("a log that nothing limits is told of by describe and doctor", async (tsm) => {
  const script = 'exec >"$TSM_ROOT/runtime/processes/free/current.out"; ' +
    "head -c 2000000 /dev/zero; exec sleep 1000";
  await tsm.ok("start", "--name", "free", "--log-max-size", "1M", "--", "sh", "-c", script);
  const told = "until then nothing limits it: '--log-max-total 1G' does";
  await until("it is told", async () => (await tsm.ok("describe", "free")).includes(told));
  assertStringIncludes((await tsm.run(["doctor"])).stdout, told);
});

testOnSmallDisk("a log that takes more space without growing keeps to it", async (tsm) => {
  tsm.write(
    "filler.py",
    `import fcntl, os, time
fcntl.fcntl(1, fcntl.F_SETFL, fcntl.fcntl(1, fcntl.F_GETFL) & ~os.O_APPEND)
at = 0
while True:
    os.ftruncate(1, 1 << 40)
    os.pwrite(1, b"x" * 100000, at)
    at += 100000
    time.sleep(0.01)
`,
  );
  const limits = ["--log-max-size", "1M", "--log-max-total", "2M"];
  await tsm.ok("start", "--name", "filler", ...limits, "--", "python3", "filler.py");
  await isCutAgainAndAgain(tsm, "filler", 3 * MIB);
}, ["python3"]);

testOnSmallDisk(
  "what fills the disk between two looks has it emptied again and again",
  async (tsm) => {
    const limits = ["--log-max-size", "0", "--log-max-total", "1M"];
    // `yes` ends where the disk is full.
    const script = "while :; do yes; sleep 0.1; done";
    await tsm.ok("start", "--name", "yes", ...limits, "--", "sh", "-c", script);
    for (let times = 0; times < 5; times++) {
      await until("the disk is full", () => freeSpace(tsm.root)! < 8 * MIB);
      await until("there is room", () => freeSpace(tsm.root)! > 32 * MIB);
    }
    await tsm.ok("stop", "yes");
  },
);

testOnSmallDisk(
  "space that is set aside for a log counts as well",
  async (tsm) => {
    const script =
      "fallocate --keep-size --length 40M /proc/self/fd/1; echo >done; exec sleep 1000";
    const limits = ["--log-max-size", "1M", "--log-max-total", "2M"];
    await tsm.ok("start", "--name", "aside", ...limits, "--", "sh", "-c", script);
    await until("it is set aside", () => Deno.statSync(`${tsm.work}/done`));
    await until("it is free again", () => freeSpace(tsm.root)! > 48 * MIB);
  },
  ["fallocate"],
);

/** Where the open files of other processes lead to that are below `dir`. */
function openFilesBelow(dir: string): string[] {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => /^\d+$/.test(name)).flatMap(
    ({ name }) => {
      try {
        return [...Deno.readDirSync(`/proc/${name}/fd`)]
          .map((file) => Deno.readLinkSync(`/proc/${name}/fd/${file.name}`));
      } catch {
        // It has ended.
        return [];
      }
    },
  ).filter((path) => path.startsWith(`${dir}/`));
}

Deno.test("what a run that has crashed leaves behind writes to no file that has no limit", async () => {
  await using tsm = new Tsm();
  const leaves =
    `setsid env -i /bin/sh -c 'while :; do echo; head -c 9000 /dev/zero; sleep 0.1; done' &`;
  const limits = ["--log-max-size", "20K", "--log-max-total", "60K"];
  const policy = ["--max-restarts", "1000", "--restart-delay", "100ms"];
  const program = ["sh", "-c", `${leaves} sleep 0.3; exit 1`];
  await tsm.run(["start", "--name", "x", ...limits, ...policy, "--", ...program]);
  const meta = tsm.path("runtime", "processes", "x", "meta.json");
  await until("six restarts", () => JSON.parse(Deno.readTextFileSync(meta)).restarts >= 6);
  const written = openFilesBelow(tsm.path("runtime", "processes", "x")).filter((path) =>
    !path.includes("/current.")
  );
  assertEquals(written, []);
  await tsm.ok("stop", "x");
  assertEquals(openFilesBelow(tsm.path("runtime", "processes", "x")), []);
});

/** Takes a lease on its log, which keeps whoever writes to it or empties it waiting for 45 seconds. */
const LEASE = `
import fcntl, os, signal, time
log = os.open("/proc/self/fd/1", os.O_RDONLY)
os.write(1, b"hello\\n")
os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
signal.signal(signal.SIGIO, signal.SIG_IGN)
try:
    fcntl.fcntl(log, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    os.write(2, b"it has a lease\\n")
except PermissionError:
    os.write(2, b"refused\\n")
time.sleep(1000)
`;

testNeeding(
  [ROOT_USER, "python3"],
  "a process of another user's cannot hold up the supervisor by a lease on its log",
  async () => {
    await using tsm = new Tsm();
    const flags = ["--name", "x", "--user", "nobody", "--cwd", "/"];
    await tsm.ok("start", ...flags, "--", "/usr/bin/python3", "-c", LEASE);
    const said = await until("its answer", () => tsm.read("runtime/processes/x/current.err"));
    assertEquals(said, "refused\n");
    assertEquals(tsm.read("runtime/processes/x/current.out"), "hello\n");
    await tsm.ok("flush", "x");
  },
);

/** Runs a command that must end soon. */
async function hurried(tsm: Tsm, ...words: readonly string[]) {
  const { code, stdout, stderr } = await tsm.shell(`exec timeout ${PATIENCE} "$@"`, words).output();
  assert(code !== 124, `tsm ${words.join(" ")} does not end`);
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}
