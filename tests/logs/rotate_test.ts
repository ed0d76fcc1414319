import { assertEquals, assertRejects } from "@std/assert";
import { listRotated, nextBase } from "../../src/logs/rotated_files.ts";
import { prune } from "../../src/logs/retention.ts";
import { finishRotation, rotateByCopy, rotateByRename, rotateOwn } from "../../src/logs/rotate.ts";
import { writeNote } from "../../src/logs/rotation_note.ts";
import { type LogPaths, logPaths } from "../../src/root.ts";

/** Runs `test` with a log in a directory of its own. */
async function withLog(test: (log: LogPaths) => Promise<void> | void): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await test(logPaths(`${dir}/current.out`));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const files = (log: LogPaths) => [...Deno.readDirSync(log.dir)].map(({ name }) => name).sort();
const inode = (path: string) => Deno.statSync(path).ino!;

Deno.test("rotated files are numbered by the day, past 99, and never go back", () =>
  withLog((log) => {
    const day = new Date("2024-10-13T12:00:00Z");
    assertEquals(nextBase(log, day), "2024-10-13-00.out");
    Deno.writeTextFileSync(`${log.dir}/2024-10-13-99.out.gz`, "");
    assertEquals(nextBase(log, day), "2024-10-13-100.out");
    Deno.writeTextFileSync(`${log.dir}/2024-10-13-100.out`, "");
    assertEquals(nextBase(log, day), "2024-10-13-101.out");
    assertEquals(listRotated(log).map(({ base }) => base), [
      "2024-10-13-99.out",
      "2024-10-13-100.out",
    ]);
    assertEquals(nextBase(log, new Date("2024-10-14T00:00:00Z")), "2024-10-14-00.out");
    assertEquals(nextBase(log, new Date("2024-10-01T00:00:00Z")), "2024-10-13-101.out");
    assertEquals(nextBase(logPaths(`${log.dir}/current.err`), day), "2024-10-13-00.err");
    assertEquals(
      nextBase(logPaths(`${log.dir}/supervisor.log`), day),
      "supervisor-2024-10-13-00.log",
    );
  }));

Deno.test("a rotation interrupted before its truncation is undone, and the log is whole", () =>
  withLog(async (log) => {
    Deno.writeTextFileSync(log.current, "one\ntwo\nthree\n");
    const note = { target: "2024-10-13-00.out", helper: null, frozen: [] };
    writeNote(log, { ...note, inode: inode(log.current) });
    Deno.writeTextFileSync(log.part, "one\ntwo\n");
    await finishRotation(log);
    assertEquals(files(log), ["current.out"]);
    // The same, killed when the copy was in place already.
    writeNote(log, { ...note, inode: inode(log.current) });
    Deno.writeTextFileSync(`${log.dir}/2024-10-13-00.out`, "one\ntwo\n");
    await finishRotation(log);
    assertEquals(files(log), ["current.out"]);
    assertEquals(Deno.readTextFileSync(log.current), "one\ntwo\nthree\n");
  }));

Deno.test("a rotation interrupted behind its truncation is finished, its index too", () =>
  withLog(async (log) => {
    Deno.writeTextFileSync(log.current, "four\n");
    Deno.writeTextFileSync(log.index, "100 14\n");
    Deno.writeTextFileSync(`${log.dir}/2024-10-13-00.out`, "one\ntwo\nthree\n");
    const note = { target: "2024-10-13-00.out", helper: null, frozen: [] };
    writeNote(log, { ...note, inode: inode(log.current) });
    for (let again = 0; again < 2; again++) {
      await finishRotation(log);
      assertEquals(files(log), ["2024-10-13-00.out", "2024-10-13-00.out.idx", "current.out"]);
    }
  }));

Deno.test("a truncated log that has grown again is told by the note, or by its content", () =>
  withLog(async (log) => {
    const note = { target: "2024-10-13-00.out", helper: null, frozen: [] };
    Deno.writeTextFileSync(log.current, "y\ny\ny\ny\n");
    Deno.writeTextFileSync(`${log.dir}/2024-10-13-00.out`, "y\ny\n");
    writeNote(log, { ...note, inode: inode(log.current) });
    Deno.writeTextFileSync(log.note, '{"done":true}\n', { append: true });
    await finishRotation(log);
    assertEquals(files(log), ["2024-10-13-00.out", "current.out"]);

    Deno.writeTextFileSync(log.current, "four\nfive\n");
    Deno.writeTextFileSync(`${log.dir}/2024-10-13-00.out`, "one\n");
    writeNote(log, { ...note, inode: inode(log.current) });
    await finishRotation(log);
    assertEquals(files(log), ["2024-10-13-00.out", "current.out"]);
  }));

Deno.test("a process an interrupted rotation left frozen is resumed", () =>
  withLog(async (log) => {
    Deno.writeTextFileSync(log.current, "one\n");
    const child = new Deno.Command("sleep", { args: ["1000"] }).spawn();
    try {
      const stat = () => Deno.readTextFileSync(`/proc/${child.pid}/stat`).split(" ");
      child.kill("SIGSTOP");
      while (stat()[2] !== "T") await new Promise((resolve) => setTimeout(resolve, 1));
      const start = Number(stat()[21]);
      const note = { target: "2024-10-13-00.out", helper: null, inode: inode(log.current) };
      writeNote(log, { ...note, frozen: [{ pid: child.pid, start: start + 1 }] });
      await finishRotation(log);
      assertEquals(stat()[2], "T", "another process of that pid is none of ours");
      writeNote(log, { ...note, frozen: [{ pid: child.pid, start }] });
      await finishRotation(log);
      while (stat()[2] === "T") await new Promise((resolve) => setTimeout(resolve, 1));
    } finally {
      child.kill("SIGKILL");
      await child.status;
    }
  }));

Deno.test("a log that is emptied and grows beyond its copy meanwhile is not rotated", () =>
  withLog(async (log) => {
    Deno.writeTextFileSync(log.current, "old 1\nold 2\n");
    const exclusively = <T>(action: () => Promise<T>) => {
      Deno.writeTextFileSync(log.current, "new 1\nnew 2\nnew 3\n");
      return action();
    };
    await assertRejects(
      () => rotateByCopy(log, { exclusively }),
      Deno.errors.Busy,
      "somebody truncated it",
    );
    assertEquals(Deno.readTextFileSync(log.current), "new 1\nnew 2\nnew 3\n");
    const [copy] = listRotated(log);
    assertEquals(Deno.readTextFileSync(copy!.path), "old 1\nold 2\n");
  }));

Deno.test("an empty log is not rotated, and what is no file is refused", () =>
  withLog(async (log) => {
    Deno.writeTextFileSync(log.current, "");
    assertEquals(await rotateByRename(log), undefined);
    Deno.removeSync(log.current);
    Deno.mkdirSync(log.current);
    await assertRejects(() => rotateByRename(log), Deno.errors.InvalidData, "a directory");
  }));

Deno.test("the log of this very process is rotated in place", () =>
  withLog(({ dir }) => {
    const log = logPaths(`${dir}/supervisor.log`);
    Deno.writeTextFileSync(log.current, "said\n");
    const before = inode(log.current);
    const target = rotateOwn(log)!;
    assertEquals(Deno.readTextFileSync(`${dir}/${target}`), "said\n");
    assertEquals(Deno.statSync(log.current).size, 0);
    assertEquals(inode(log.current), before);
    assertEquals(files(log).length, 2);
  }));

Deno.test("rotated files are kept by count, age and total, the newest longest", () =>
  withLog((log) => {
    const make = () =>
      ["00", "01", "02", "03"].forEach((number, index) => {
        const path = `${log.dir}/2024-10-13-${number}.out`;
        Deno.writeTextFileSync(path, "x".repeat(100));
        Deno.writeTextFileSync(`${path}.idx`, "");
        Deno.utimeSync(path, 1000 + index, 1000 + index);
      });
    const left = () => listRotated(log).map(({ base }) => base.slice(11, 13));
    const none = { files: 0, age: 0, total: 0 };
    make();
    prune([log], none, 2_000_000);
    assertEquals(left(), ["00", "01", "02", "03"]);
    prune([log], { ...none, files: 3 }, 2_000_000);
    assertEquals(left(), ["01", "02", "03"]);
    make();
    prune([log], { ...none, age: 1500 }, 1_003_000);
    assertEquals(left(), ["02", "03"]);
    make();
    prune([log], { ...none, total: 250 }, 2_000_000);
    assertEquals(left(), ["02", "03"]);
    assertEquals(files(log).length, 4);
  }));

Deno.test("the age of a rotated file counts from its rotation", () =>
  withLog(async (log) => {
    Deno.writeTextFileSync(log.current, "of long ago\n");
    Deno.utimeSync(log.current, 1000, 1000);
    const base = await rotateByRename(log);
    prune([log], { files: 0, age: 3_600_000, total: 0 }, Date.now());
    assertEquals(files(log), [base]);
  }));

Deno.test("the copy of a rotation under way takes the place of no rotated file", () =>
  withLog(async (log) => {
    Deno.writeTextFileSync(`${log.dir}/2024-10-13-00.out`, "older\n");
    Deno.writeTextFileSync(log.current, "now\n");
    const target = "2024-10-13-01.out";
    writeNote(log, { target, inode: inode(log.current), helper: null, frozen: [] });
    Deno.copyFileSync(log.current, `${log.dir}/${target}`);
    prune([log], { files: 1, age: 0, total: 1 }, Date.now());
    await finishRotation(log);
    assertEquals(files(log), ["2024-10-13-00.out", "current.out"]);
  }));
