import { assertEquals } from "@std/assert";
import {
  isDirectory,
  isFile,
  isPlainFile,
  isRealDirectory,
  isThere,
  sizeOf,
} from "../../src/files/path_info.ts";
import { TemporaryRoot } from "../temporary_root.ts";

Deno.test("what is at a path is told with its links followed, or for the links themselves", () => {
  using temporary = new TemporaryRoot();
  const { work } = temporary;
  const file = temporary.write("file", "text");
  Deno.mkdirSync(`${work}/dir`);
  for (const [name, target] of [["to-file", file], ["to-dir", "dir"], ["nowhere", "gone"]]) {
    Deno.symlinkSync(target!, `${work}/${name}`);
  }
  const among = (holds: (path: string) => boolean) =>
    ["file", "dir", "to-file", "to-dir", "nowhere", "gone"]
      .filter((name) => holds(`${work}/${name}`));
  assertEquals(among(isFile), ["file", "to-file"]);
  assertEquals(among(isDirectory), ["dir", "to-dir"]);
  assertEquals(among(isPlainFile), ["file"]);
  assertEquals(among(isRealDirectory), ["dir"]);
  assertEquals(among(isThere), ["file", "dir", "to-file", "to-dir", "nowhere"]);
  assertEquals([sizeOf(file), sizeOf(`${work}/gone`), sizeOf("a\0b")], [4, 0, 0]);
});
