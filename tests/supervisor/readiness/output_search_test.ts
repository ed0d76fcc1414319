import { assertEquals } from "@std/assert";
import { logSizes, OutputSearch } from "../../../src/supervisor/readiness/output_search.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

Deno.test("whole lines since the launch are searched, of both logs, also behind a rotation", async () => {
  using temporary = new TemporaryRoot();
  const out = temporary.write("out", "ready\n");
  const err = temporary.write("err", "");
  const append = (path: string, text: string) =>
    Deno.writeTextFileSync(path, text, { append: true });
  const searched = (pattern: `log:${string}`) =>
    new OutputSearch(pattern, [out, err], logSizes([out, err]));
  const search = searched("log:/^ready$/");
  assertEquals(await search.look(), false);
  append(out, "not yet\nrea");
  assertEquals(await search.look(), false);
  append(out, "dy");
  assertEquals(await search.look(), false);
  append(out, "\r\n");
  assertEquals(await search.look(), true);
  const other = searched("log:/^ready$/");
  append(err, "ready\n");
  assertEquals(await other.look(), true);
  const rotated = searched("log:/^ready$/");
  Deno.truncateSync(out);
  append(out, "ready\n");
  assertEquals(await rotated.look(), true);
});

Deno.test("of a line without end the beginning is searched, and a flood is read in pieces", async () => {
  using temporary = new TemporaryRoot();
  const out = temporary.write("out", `begin${"x".repeat(3_000_000)}`);
  const search = new OutputSearch("log:/end$/", [out, "/nonexistent"], [0, 0]);
  for (let looks = 0; looks < 20; looks++) assertEquals(await search.look(), false);
  Deno.writeTextFileSync(out, "\nthe end\n", { append: true });
  assertEquals(await search.look(), true);
});
