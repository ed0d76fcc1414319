import { assertEquals } from "@std/assert";
import { LineSplitter } from "../../src/logs/line_splitter.ts";
import { endPosition, lastLinesPosition, sincePosition } from "../../src/logs/log_positions.ts";
import { LogReader, type Position } from "../../src/logs/log_reader.ts";
import { rotateByRename } from "../../src/logs/rotate.ts";
import { removeIfThere } from "../../src/files/replace_file.ts";
import { writeNote } from "../../src/logs/rotation_note.ts";
import { readProcesses } from "../../src/process/linux/read_process_table.ts";
import { compressRotated } from "../../src/logs/compress.ts";
import { type LogPaths, logPaths } from "../../src/root.ts";

/** Runs `test` with a log in a directory of its own. */
async function withLog(test: (log: LogPaths) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await test(logPaths(`${dir}/current.out`));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function readAll(reader: LogReader, end?: Position): Promise<string> {
  let text = "";
  for await (const { bytes } of reader.read(end)) text += new TextDecoder().decode(bytes);
  return text;
}

const append = (log: LogPaths, text: string) =>
  Deno.writeTextFileSync(log.current, text, { append: true });

/** Rotates by copy and truncation, with nobody writing. */
function cut(log: LogPaths, base: string): void {
  Deno.copyFileSync(log.current, `${log.dir}/${base}`);
  Deno.truncateSync(log.current);
}

Deno.test("a reader goes on in the rotated file at its old place, however many there are", () =>
  withLog(async (log) => {
    append(log, "one\ntwo\n");
    using reader = new LogReader(log);
    assertEquals(await readAll(reader), "one\ntwo\n");
    append(log, "three\n");
    cut(log, "2024-10-13-00.out");
    append(log, "four and more than there was before\n");
    cut(log, "2024-10-13-01.out");
    append(log, "five is even longer than all that came before it\n");
    assertEquals(
      await readAll(reader),
      "three\nfour and more than there was before\nfive is even longer than all that came before it\n",
    );
    await rotateByRename(log);
    append(log, "six\n");
    await compressRotated(log);
    assertEquals(await readAll(reader), "six\n");
    using another = new LogReader(log);
    assertEquals((await readAll(another)).split("\n").length, 7);
  }));

Deno.test("a reader begins anew in a log that was emptied, even if it has grown beyond", () =>
  withLog(async (log) => {
    append(log, "one\ntwo\n");
    using reader = new LogReader(log);
    await readAll(reader);
    Deno.truncateSync(log.current);
    append(log, "a\n");
    assertEquals(await readAll(reader), "a\n");
    Deno.truncateSync(log.current);
    append(log, "b, and much more than there was\n");
    assertEquals(await readAll(reader), "b, and much more than there was\n");
  }));

Deno.test("what was written to a log before it was removed is read to its end", () =>
  withLog(async (log) => {
    append(log, "one\n");
    using reader = new LogReader(log);
    await readAll(reader);
    append(log, "last words\n");
    Deno.removeSync(log.dir, { recursive: true });
    assertEquals(await readAll(reader), "last words\n");
    Deno.mkdirSync(log.dir);
    append(log, "new\n");
    assertEquals(await readAll(reader), "new\n");
  }));

Deno.test("a directory made anew while nobody looked is read from its beginning, and through its rotations", () =>
  withLog(async (log) => {
    append(log, "one\n");
    using reader = new LogReader(log);
    await readAll(reader);
    Deno.removeSync(log.dir, { recursive: true });
    assertEquals(await readAll(reader), "");
    Deno.mkdirSync(log.dir);
    using early = new LogReader(log);
    append(log, "new 1\n");
    assertEquals(await readAll(reader), "new 1\n");
    assertEquals(await readAll(early), "new 1\n");
    append(log, "new 2\n");
    cut(log, "2024-10-13-00.out");
    append(log, "new 3\n");
    await rotateByRename(log);
    append(log, "new 4\n");
    assertEquals(await readAll(reader), "new 2\nnew 3\nnew 4\n");
    assertEquals(await readAll(early), "new 2\nnew 3\nnew 4\n");
  }));

Deno.test("last words that come while the last bytes are read are read too", () =>
  withLog(async (log) => {
    append(log, "one\n");
    using reader = new LogReader(log);
    await readAll(reader);
    const reading = readAll(reader);
    // It has seen the end of the file by now, and not yet whether the file is still there.
    append(log, "last words\n");
    Deno.removeSync(log.dir, { recursive: true });
    assertEquals(await reading, "last words\n");
    Deno.mkdirSync(log.dir);
  }));

for (const compressed of [false, true]) {
  const what = compressed ? "a compressed file" : "a file";
  Deno.test(`where what was being read is removed, ${what} behind it is read from its beginning`, () =>
    withLog(async (log) => {
      append(log, "line 1\nline 2\n");
      using reader = new LogReader(log);
      await readAll(reader);
      append(log, "line 3\n");
      cut(log, "2024-10-13-00.out");
      append(log, "line 4\nline 5\nline 6\n");
      cut(log, "2024-10-13-01.out");
      append(log, "line 7\n");
      cut(log, "2024-10-13-02.out");
      if (compressed) await compressRotated(log);
      for (const end of ["", ".gz"]) removeIfThere(`${log.dir}/2024-10-13-00.out${end}`);
      assertEquals(await readAll(reader), "line 4\nline 5\nline 6\nline 7\n");
    }));
}

Deno.test("the last lines are found in rotated and compressed files", () =>
  withLog(async (log) => {
    for (const base of ["2024-10-13-00.out", "2024-10-13-01.out", "2024-10-13-02.out"]) {
      append(log, `${base} a\n${base} b\n`);
      cut(log, base);
    }
    await compressRotated(log);
    append(log, "now\nno end");
    for (
      const [count, first] of [
        [0, ""],
        [1, "no end"],
        [2, "now"],
        [3, "2024-10-13-02.out b"],
        [5, "2024-10-13-01.out b"],
        [7, "2024-10-13-00.out b"],
        [99, "2024-10-13-00.out a"],
      ] as const
    ) {
      using reader = new LogReader(log, await lastLinesPosition(log, count));
      assertEquals((await readAll(reader)).split("\n")[0], first, `the last ${count} lines`);
    }
    using atEnd = new LogReader(log, await endPosition(log));
    assertEquals(await readAll(atEnd), "");
  }));

Deno.test("a time is found in rotated files and in the present one", () =>
  withLog(async (log) => {
    append(log, "at 100\nat 105\n");
    cut(log, "2024-10-13-00.out");
    Deno.writeTextFileSync(`${log.dir}/2024-10-13-00.out.idx`, "95 0\n100 7\n105 14\n");
    Deno.utimeSync(`${log.dir}/2024-10-13-00.out`, 105, 105);
    append(log, "at 110\nat 115\n");
    Deno.writeTextFileSync(log.index, "105 0\n110 7\n115 14\n");
    for (
      const [time, first] of [
        [0, "at 100"],
        [101, "at 105"],
        [105, "at 105"],
        [106, "at 110"],
        [111, "at 115"],
        [116, ""],
      ] as const
    ) {
      using reader = new LogReader(log, await sincePosition(log, time));
      assertEquals((await readAll(reader)).split("\n")[0], first, `since ${time}`);
    }
  }));

Deno.test("the index of what a log held before is not taken for that of what it holds now", () =>
  withLog(async (log) => {
    const since = async (time: number) => {
      using reader = new LogReader(log, await sincePosition(log, time));
      const splitter = new LineSplitter();
      const lines: string[] = [];
      for await (const chunk of reader.read()) {
        for (const line of splitter.push(chunk)) {
          if (line.by >= time) lines.push(new TextDecoder().decode(line.bytes));
        }
      }
      return lines;
    };
    append(log, "a long line of long ago\n");
    Deno.writeTextFileSync(log.index, "95 0\n100 24\n");
    assertEquals(await since(1000), []);
    const base = "2024-10-13-00.out";
    const inode = Deno.statSync(log.current).ino!;
    cut(log, base);
    Deno.utimeSync(`${log.dir}/${base}`, 100, 100);
    append(log, "new, and as long as what there was before\n");
    // The index follows its log when the rotation is finished.
    writeNote(log, { target: base, inode, helper: null, frozen: [] });
    assertEquals(await since(1000), ["new, and as long as what there was before"]);
    assertEquals(await since(1), [
      "a long line of long ago",
      "new, and as long as what there was before",
    ]);
    Deno.removeSync(log.note);
    Deno.truncateSync(log.current);
    append(log, "emptied\n");
    assertEquals(await since(1000), ["emptied"]);
  }));

Deno.test("a read that has an end stops there, and the next one goes on", () =>
  withLog(async (log) => {
    append(log, "one\n");
    const end = await endPosition(log);
    append(log, "two\n");
    cut(log, "2024-10-13-00.out");
    append(log, "three\n");
    using reader = new LogReader(log);
    assertEquals(await readAll(reader, end), "one\n");
    assertEquals(await readAll(reader), "two\nthree\n");
  }));

Deno.test("the copy of a rotation that is undone is never taken for a rotated file", () =>
  withLog(async (log) => {
    const line = "a line\n";
    append(log, line);
    const note = { inode: Deno.statSync(log.current).ino, helper: null, frozen: [] };
    // As finishRotation() does: first the copy goes, then the note.
    const script = `cd "$1"; number=10
      while [ $number -lt 310 ]; do
        number=$((number + 1)); copy=2024-10-13-$number.out
        printf '%s\n' "$2" | sed "s/COPY/$copy/" >current.out.rotation
        cp current.out current.out.part && mv current.out.part $copy
        rm $copy current.out.rotation
      done`;
    const undoing = new Deno.Command("sh", {
      args: ["-ec", script, "sh", log.dir, JSON.stringify({ target: "COPY", ...note })],
    }).spawn();
    let isOver = false;
    const status = undoing.status.finally(() => isOver = true);
    using reader = new LogReader(log);
    let text = "";
    while (!isOver) {
      text += await readAll(reader);
      // Lets the end of the shell be seen.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    assertEquals((await status).code, 0);
    assertEquals(text, line);
  }));

Deno.test("a read that has an end waits for a rotation in its last moment, one that follows does not", () =>
  withLog(async (log) => {
    append(log, "one\n");
    const inode = Deno.statSync(log.current).ino!;
    const base = "2024-10-13-00.out";
    cut(log, base);
    append(log, "two\n");
    await using helper = new Deno.Command("sleep", { args: ["1000"] }).spawn();
    const { pid, start } = (await readProcesses([helper.pid])).get(helper.pid)!;
    writeNote(log, { target: base, inode, helper: { pid, start }, frozen: [] });
    using reader = new LogReader(log);
    assertEquals(await readAll(reader), "");
    const end = await endPosition(log);
    assertEquals(end, { after: base, offset: 4 });
    const reading = readAll(reader, end);
    append({ ...log, current: log.note }, '{"done":true}\n');
    assertEquals(await reading, "one\ntwo\n");

    writeNote(log, { target: base, inode, helper: { pid, start }, frozen: [] });
    helper.kill("SIGKILL");
    await helper.status;
    using another = new LogReader(log);
    assertEquals(await readAll(another), "one\ntwo\n", "nobody is left to say that it is done");
  }));

Deno.test("lines are put together over the borders of chunks", () => {
  const splitter = new LineSplitter();
  const encoder = new TextEncoder();
  let offset = 0;
  const push = (text: string, fresh = false) => {
    const bytes = encoder.encode(text);
    const lines = splitter.push({ bytes, offset, fresh, times: { index: [], end: 9 } });
    offset += bytes.length;
    return lines.map((line) => new TextDecoder().decode(line.bytes));
  };
  assertEquals(push("on"), []);
  assertEquals(push("e\ntwo\nth"), ["one", "two"]);
  assertEquals(push("r"), []);
  assertEquals(push("ee\n\n"), ["three", ""]);
  assertEquals(push("half"), []);
  assertEquals(push("anew\n", true), ["half", "anew"]);
  assertEquals(push("rest"), []);
  const [rest] = splitter.rest();
  assertEquals(rest?.isEnded, false);
  assertEquals(rest?.by, 9);
  assertEquals(splitter.rest(), []);
});

Deno.test("blocks hold the lines of one time, and begin and end where lines do", () => {
  const splitter = new LineSplitter();
  const times = { index: [{ time: 5, offset: 0 }, { time: 10, offset: 7 }], end: 20 };
  const push = (text: string, offset: number) =>
    splitter.pushBlocks({ bytes: new TextEncoder().encode(text), offset, fresh: false, times })
      .map(({ bytes, by }) => [by, new TextDecoder().decode(bytes)]);
  assertEquals(push("a\nb\nlong line\nc\nhal", 0), [[10, "a\nb"], [20, "long line\nc"]]);
  assertEquals(push("f\n", 19), [[20, "half"]]);
  assertEquals(splitter.rest(), []);
});
