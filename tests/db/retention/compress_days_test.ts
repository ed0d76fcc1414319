import { assertEquals } from "@std/assert";
import { compressDays } from "../../../src/db/retention/compress_days.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

const NOW = Date.parse("2024-10-14T12:00:00Z");

async function gunzip(path: string): Promise<string> {
  const stream = (await Deno.open(path)).readable.pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).text();
}

function left(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

Deno.test("days that are over are compressed, but for yesterday, of which is asked most", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  for (const directory of [root.events, root.metrics]) {
    for (const day of ["2024-10-12", "2024-10-13"]) {
      Deno.writeTextFileSync(`${directory}/${day}.jsonl`, `${directory}\n`);
    }
    await compressDays(root, NOW);
    assertEquals(left(directory), ["2024-10-12.jsonl.gz", "2024-10-13.jsonl"]);
    assertEquals(await gunzip(`${directory}/2024-10-12.jsonl.gz`), `${directory}\n`);
  }
});

Deno.test("lines of a clock that jumped back come behind those that are compressed", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const path = `${root.metrics}/2024-10-12.jsonl`;
  Deno.writeTextFileSync(path, "first\n");
  Deno.utimeSync(path, 1, 1);
  await compressDays(root, NOW);
  Deno.writeTextFileSync(path, "second\n");
  await compressDays(root, NOW);
  assertEquals(left(root.metrics), ["2024-10-12.jsonl.gz"]);
  assertEquals(await gunzip(`${path}.gz`), "first\nsecond\n");
});

Deno.test("an interrupted compression is finished, and no line doubled", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const path = `${root.metrics}/2024-10-12.jsonl`;
  Deno.writeTextFileSync(path, "first\n");
  Deno.utimeSync(path, 1, 1);
  await compressDays(root, NOW);
  // As a supervisor leaves it that is killed between the rename and the removal.
  Deno.writeTextFileSync(path, "first\n");
  Deno.utimeSync(path, 1, 1);
  for (const half of [".gz.tmp", ".gz.0123abcd.tmp", ".gz.0123abcd.tmp.all"]) {
    Deno.writeTextFileSync(`${path}${half}`, "half");
  }
  await compressDays(root, NOW);
  assertEquals(left(root.metrics), ["2024-10-12.jsonl.gz"]);
  assertEquals(await gunzip(`${path}.gz`), "first\n");
});
