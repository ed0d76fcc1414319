import { assert, assertEquals } from "@std/assert";
import { parseStdioTable, readStdioTable } from "../../src/process/stdio_table.ts";
import { TemporaryRoot } from "../temporary_root.ts";

Deno.test("parseStdioTable() reads what ls says, whatever a path holds", () => {
  const text = `l-wx------ 1 u g 64 Nov 28 04:03 /proc/12/fd/1 -> /srv/a -> b/current.out
l-wx------ 1 u g 64 Nov 28 04:03 /proc/12/fd/2 -> pipe:[1]
l-wx------ 1 u g 64 Nov 28 04:03 /proc/13/fd/2 -> /srv/a -> b/current.out
`;
  const table = parseStdioTable(text);
  assertEquals(table.get("/srv/a -> b/current.out"), [12, 13]);
  assertEquals(table.get("pipe:[1]"), [12]);
});

Deno.test("readStdioTable() tells who has a file as its output", async () => {
  using temporary = new TemporaryRoot();
  const path = `${temporary.work}/out`;
  await using child = new Deno.Command("sh", { args: ["-c", 'exec sleep 60 >"$1"', "sh", path] })
    .spawn();
  for (;;) {
    const pids = (await readStdioTable()).get(path);
    if (pids === undefined) continue;
    assert(pids.includes(child.pid));
    break;
  }
  child.kill();
});
