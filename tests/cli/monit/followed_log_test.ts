import { assertEquals } from "@std/assert";
import { ALL_LINES, type LineFilter } from "../../../src/logs/lines/line_filter.ts";
import { FollowedLog } from "../../../src/cli/monit/followed_log.ts";
import { writeNote } from "../../../src/logs/rotation_note.ts";
import { readProcesses } from "../../../src/process/linux/read_process_table.ts";
import { logPaths } from "../../../src/root.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

const append = (path: string, text: string) => Deno.writeTextFileSync(path, text, { append: true });

Deno.test("a followed log begins with its last lines, and goes on with what is written, of both streams", async () => {
  using temporary = new TemporaryRoot();
  const { out, err } = temporary.process("api");
  append(out, Array.from({ length: 600 }, (_, index) => `line ${index}\n`).join(""));
  using log = await FollowedLog.open(temporary.root, "api");
  assertEquals([log.lines.length, log.lines.at(-1)?.text], [500, "line 599"]);
  assertEquals(await log.read(), false);
  append(err, "oops\n");
  append(out, "fine\nnot yet");
  assertEquals(await log.read(), true);
  assertEquals(log.lines.slice(-2), [
    { stream: "out", text: "fine" },
    { stream: "err", text: "oops" },
  ]);
  append(out, " complete\n");
  assertEquals(await log.read(), true);
  assertEquals(log.lines.at(-1), { stream: "out", text: "not yet complete" });
  assertEquals([log.lines.length, log.count], [500, 503]);
});

Deno.test("a filter leaves the lines that pass it, of those that were there and of those that come", async () => {
  using temporary = new TemporaryRoot();
  const { out, err } = temporary.process("api");
  // More other lines than are kept: they do not push out what passes.
  append(out, `ERROR first\n${"INFO fine\n".repeat(600)}`);
  const filter: LineFilter = { ...ALL_LINES, level: "error" };
  using log = await FollowedLog.open(temporary.root, "api", filter);
  assertEquals(log.lines, [{ stream: "out", text: "ERROR first" }]);
  append(out, "INFO fine\nERROR second\n");
  // It belongs to the error of its own stream, of which there is none.
  append(err, "    at main\n");
  await log.read();
  assertEquals(log.lines.map(({ text }) => text), ["ERROR first", "ERROR second"]);
  assertEquals(log.count, 2);
});

Deno.test("the log of a process that is removed meanwhile is read to no harm", async () => {
  using temporary = new TemporaryRoot();
  const { dir, out } = temporary.process("api");
  append(out, "last words\n");
  using log = await FollowedLog.open(temporary.root, "api");
  Deno.removeSync(dir, { recursive: true });
  await log.read();
  assertEquals(log.lines, [{ stream: "out", text: "last words" }]);
  using none = await FollowedLog.open(temporary.root, "never-there");
  assertEquals(none.lines, []);
});

Deno.test("a rotation under way holds lines up, and they are read when it is over", async () => {
  using temporary = new TemporaryRoot();
  const { out } = temporary.process("api");
  append(out, "one\n");
  using followed = await FollowedLog.open(temporary.root, "api");
  append(out, "two\n");
  const log = logPaths(out);
  const target = "2024-10-13-00.out";
  Deno.copyFileSync(out, `${log.dir}/${target}`);
  Deno.truncateSync(out);
  await using helper = new Deno.Command("sleep", { args: ["1000"] }).spawn();
  const { pid, start } = (await readProcesses([helper.pid])).get(helper.pid)!;
  const inode = Deno.statSync(out).ino!;
  writeNote(log, { target, inode, helper: { pid, start }, frozen: [] });
  await followed.read();
  assertEquals(followed.lines.map(({ text }) => text), ["one"]);
  append(log.note, '{"done":true}\n');
  await followed.read();
  assertEquals(followed.lines.map(({ text }) => text), ["one", "two"]);
  helper.kill("SIGKILL");
});
