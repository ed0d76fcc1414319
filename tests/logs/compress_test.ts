import { assert, assertEquals } from "@std/assert";
import { compressFile } from "../../src/logs/compress.ts";

/** Whether a file of the directory has the time that the test has given to another one. */
function hasTime(dir: string, file: string, time: number): boolean {
  return Deno.statSync(`${dir}/${file}`).mtime?.getTime() === time;
}

Deno.test("an archive that is removed when its compression has just ended does not come back", async () => {
  const dir = Deno.makeTempDirSync();
  try {
    const path = `${dir}/2024-10-13-00.out`;
    Deno.writeTextFileSync(path, "one\n");
    Deno.utimeSync(path, 1, 1);
    const compressing = compressFile(path);
    // Nothing else is done meanwhile, so that the end of the programs is not noticed before the removal.
    const files = () => [...Deno.readDirSync(dir)].map(({ name }) => name);
    const isCompressed = () =>
      files().some((file) => file.endsWith(".tmp") && hasTime(dir, file, 1000));
    const deadline = performance.now() + 60_000;
    while (!isCompressed()) assert(performance.now() < deadline, files().join());
    Deno.removeSync(path);
    await compressing;
    assertEquals(files(), []);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});
