import { assert, assertEquals } from "@std/assert";
import { until } from "../e2e/harness.ts";
import {
  isAlive,
  isZombie,
  type ProcessEntry,
  type ProcessTable,
  processTree,
} from "../../src/process/process_table.ts";
import {
  parseProcessTable,
  parseRecord,
  readProcessesSync,
  readProcessTable,
} from "../../src/process/linux/read_process_table.ts";
import { TemporaryRoot } from "../temporary_root.ts";

/** The text of a `stat` file, as the kernel writes it. */
function stat(
  pid: number,
  comm: string,
  { state = "S", ppid = 1, session = pid, start = 500 } = {},
): string {
  const zeros = (count: number) => Array(count).fill("0").join(" ");
  return `${pid} (${comm}) ${state} ${ppid} ${pid} ${session} 0 -1 4194560 ${zeros(4)} 12 34 ` +
    `${zeros(4)} 1 0 ${start} 99999999 250 18446744073709551615 ${zeros(27)}\n`;
}

function entry(pid: number, changes: Partial<ProcessEntry> = {}): ProcessEntry {
  return {
    pid,
    ppid: 1,
    session: pid,
    comm: "x",
    state: "S",
    threads: 1,
    start: 500,
    ticks: 0,
    rss: 0,
    ...changes,
  };
}

function tableOf(...entries: ProcessEntry[]): ProcessTable {
  return new Map(entries.map((entry) => [entry.pid, entry]));
}

Deno.test("a record's fields are read by their numbers in proc(5)", () => {
  assertEquals(
    parseRecord(stat(42, "node", { state: "R", ppid: 7, session: 40, start: 987 }).trim()),
    {
      pid: 42,
      ppid: 7,
      session: 40,
      comm: "node",
      state: "R",
      start: 987,
      ticks: 46,
      threads: 1,
      rss: 1000,
    },
  );
});

for (
  const comm of [
    "my server",
    "a) R 1 1 1",
    ") ",
    "))((",
    "(",
    "",
    "a\nb",
    "\n\n",
    "a) S 1\n5 (b",
    "\n1 (x) R 2 3",
    "7 (y) S 1 1 1",
  ]
) {
  Deno.test(`a process may call itself anything: ${JSON.stringify(comm)}`, () => {
    const text = stat(41, "before") + stat(42, comm, { start: 777 }) + stat(43, "behind");
    const table = parseProcessTable(text);
    assertEquals([...table.keys()], [41, 42, 43]);
    assertEquals([table.get(42)?.comm, table.get(42)?.start], [comm, 777]);
    assertEquals([table.get(41)?.comm, table.get(43)?.comm], ["before", "behind"]);
  });
}

Deno.test("a torn record hides no other", () => {
  const torn = stat(42, "torn").slice(0, 30);
  const table = parseProcessTable(`${stat(41, "before")}${torn}\n${stat(43, "behind")}`);
  assertEquals([...table.keys()], [41, 43]);
  assertEquals(parseProcessTable(""), new Map());
});

Deno.test("a real process of a forged name is found under its own pid", async () => {
  using temporary = new TemporaryRoot();
  const program = `${temporary.work}/a) R 1\n1 (b) S`;
  // A copy could not be executed while a child that another test is starting has it open.
  Deno.symlinkSync("/bin/sleep", program);
  const child = new Deno.Command(program, { args: ["60"] }).spawn();
  try {
    const comm = "a) R 1\n1 (b) S";
    await until(
      "the program to run",
      () => readProcessesSync([child.pid]).get(child.pid)?.comm === comm,
    );
    const table = await readProcessTable();
    assertEquals(table.get(child.pid)?.comm, comm);
    assertEquals(table.get(child.pid)?.ppid, Deno.pid);
    assert(table.get(1)?.comm !== "b");
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
});

Deno.test("the table has this process, and a look at some has no others", async () => {
  const own = (await readProcessTable()).get(Deno.pid)!;
  assertEquals(own.ppid, Deno.ppid);
  assert(own.rss > 1000 && own.start > 0);
  assertEquals([...readProcessesSync([Deno.pid, 4194304]).keys()], [Deno.pid]);
  assertEquals(readProcessesSync([]).size, 0);
});

Deno.test("no table is older than its call, however many look at once", async () => {
  const first = readProcessTable();
  const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  try {
    const tables = await Promise.all([1, 2, 3].map(() => readProcessTable()));
    for (const table of tables) assert(table.has(child.pid));
    await first;
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
});

Deno.test("a process lives if it is there, the same one, and no zombie", () => {
  const table = tableOf(
    entry(1),
    entry(2, { state: "Z" }),
    entry(3, { state: "T" }),
    entry(4, { state: "Z", threads: 2 }),
  );
  assert(isAlive(table, 1, 500));
  assert(isAlive(table, 3, 500), "a stopped one lives");
  assert(isAlive(table, 4, 500), "one lives that only the first thread of has ended");
  assert(!isAlive(table, 1, 501), "another one of this pid");
  assert(!isAlive(table, 1, null));
  assert(!isAlive(table, 2, 500));
  assert(!isAlive(table, 9, 500));
  assert(!isAlive(table, null, null));
  assert(isZombie(table.get(2)!) && !isZombie(table.get(3)!));
});

function pids(tree: readonly ProcessEntry[]): number[] {
  return tree.map(({ pid }) => pid).sort((a, b) => a - b);
}

const NOBODY: ReadonlySet<number> = new Set();
const LEADER = { pid: 10, start: 500 };

Deno.test("a tree is the session and all that descends from it", () => {
  const table = tableOf(
    entry(10),
    entry(11, { ppid: 10, session: 10 }),
    entry(12, { ppid: 11, session: 12 }), // setsid
    entry(13, { ppid: 12, session: 12 }),
    entry(14, { ppid: 1, session: 10 }), // its parent has ended
    entry(15, { ppid: 10, session: 10, state: "Z" }),
    entry(20),
    entry(21, { ppid: 20, session: 20 }),
  );
  assertEquals(pids(processTree(table, LEADER, new Map(), NOBODY)), [10, 11, 12, 13, 14]);
});

Deno.test("a session whose leader has ended is found by what is left of it", () => {
  const table = tableOf(entry(11, { ppid: 1, session: 10 }));
  assertEquals(pids(processTree(table, LEADER, new Map(), NOBODY)), [11]);
});

Deno.test("where the leader's pid was given to another, nothing of that one's is taken", () => {
  const table = tableOf(
    entry(10, { start: 900 }),
    entry(11, { ppid: 10, session: 10, start: 901 }),
  );
  assertEquals(processTree(table, LEADER, new Map(), NOBODY), []);
});

Deno.test("known members are followed out of the session, unless their pid was reused", () => {
  const table = tableOf(entry(30), entry(31, { ppid: 30 }), entry(40, { start: 900 }));
  const known = new Map([[30, 500], [40, 500]]);
  assertEquals(pids(processTree(table, LEADER, known, NOBODY)), [30, 31]);
});

Deno.test("what is excluded is neither taken nor walked through", () => {
  const table = tableOf(
    entry(10),
    entry(11, { ppid: 10, session: 10 }),
    entry(12, { ppid: 11, session: 12 }),
  );
  assertEquals(pids(processTree(table, LEADER, new Map([[11, 500]]), new Set([11]))), [10]);
});

Deno.test("parseProcessTable() leaves nothing behind that holds the text", () => {
  const fields = Array.from({ length: 49 }, (_, index) => index).join(" ");
  const text = `1 (init) S ${fields}\n`.repeat(2);
  assertEquals(parseProcessTable(text).size, 1);
  // What V8 keeps of the last match.
  assertEquals(Reflect.get(RegExp, "input"), "");
});
