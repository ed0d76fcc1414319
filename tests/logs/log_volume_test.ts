import { assertEquals } from "@std/assert";
import { logVolume } from "../../src/logs/log_volume.ts";
import { compressFile } from "../../src/logs/compress.ts";
import { logPaths } from "../../src/root.ts";
import { TemporaryRoot } from "../temporary_root.ts";

const T = 1_728_777_600;

Deno.test("what came to a log in a period is told by its files and their time indices", async () => {
  using temporary = new TemporaryRoot();
  const { dir, out } = temporary.process("api");
  const log = logPaths(out);
  const rotated = `${dir}/2024-10-13-00.out`;
  Deno.writeTextFileSync(rotated, "x".repeat(1000));
  Deno.writeTextFileSync(`${rotated}.idx`, `${T} 0\n${T + 100} 400\n`);
  Deno.utimeSync(rotated, T + 200, T + 200);
  Deno.writeTextFileSync(out, "x".repeat(70));
  Deno.writeTextFileSync(`${out}.idx`, `${T + 200} 0\n${T + 300} 50\n`);
  const volumes = () => [
    logVolume(log, T - 1, T + 1000),
    logVolume(log, T - 1, Infinity),
    logVolume(log, T + 100, T + 250),
    logVolume(log, T - 100, T - 1),
  ];
  const expected = [1050, 1070, 600, 0];
  assertEquals(volumes(), expected);
  await compressFile(rotated);
  assertEquals(volumes(), expected);
});

Deno.test("a log that is not there has no volume", () => {
  using temporary = new TemporaryRoot();
  assertEquals(logVolume(logPaths(temporary.process("api").out), 0, T), 0);
});
