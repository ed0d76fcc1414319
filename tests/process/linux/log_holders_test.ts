import { assertEquals, assertThrows } from "@std/assert";
import {
  holdersOf,
  parseLogHolders,
  readLogHolders,
} from "../../../src/process/linux/log_holders.ts";
import { TemporaryRoot } from "../../temporary_root.ts";
import { until } from "../../e2e/harness.ts";

Deno.test("parseLogHolders() takes an answer without its own reader for none", () => {
  const text = `70
39:12 /proc/12/fd/1
39:12 /proc/13/fd/2
39:13 /proc/13/fd/5
`;
  const table = parseLogHolders(`${text}12:99 /proc/70/fd/1\n`);
  assertEquals([...table], [["39:12", [12, 13]], ["39:13", [13]]]);
  assertThrows(() => parseLogHolders(text), Deno.errors.UnexpectedEof);
  assertThrows(() => parseLogHolders(""), Deno.errors.UnexpectedEof);
});

Deno.test("who can write to a log is found by the file, who can only read it is not", async () => {
  using temporary = new TemporaryRoot();
  const { dir, out } = temporary.process("api");
  Deno.mkdirSync(dir, { recursive: true });
  Deno.writeTextFileSync(out, "");
  const hold = (redirection: string) =>
    new Deno.Command("sh", { args: ["-c", `exec sleep 60 ${redirection}"$1"`, "sh", out] }).spawn();
  await using writer = hold("5>>");
  await using reader = hold("<");
  const sleeps = (pid: number) => Deno.readTextFileSync(`/proc/${pid}/comm`) === "sleep\n";
  await until("both programs", () => sleeps(writer.pid) && sleeps(reader.pid));
  assertEquals([...holdersOf([out, `${dir}/none`], await readLogHolders())], [writer.pid]);
  writer.kill();
  reader.kill();
});
