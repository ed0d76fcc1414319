import { assertEquals } from "@std/assert";
import { FollowedLog } from "../../../src/client/monit/followed_log.ts";
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
