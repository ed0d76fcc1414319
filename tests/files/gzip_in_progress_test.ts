import { assert, assertNotEquals } from "@std/assert";
import { gzipInProgress, isGzipInProgress } from "../../src/files/gzip_in_progress.ts";

Deno.test("a file that is being compressed is called like no other, and known by its name", () => {
  const [one, other] = [gzipInProgress("a.out.gz"), gzipInProgress("a.out.gz")];
  assertNotEquals(one, other);
  for (const name of [one, other, "a.out.gz.tmp"]) assert(isGzipInProgress(name), name);
  for (const name of ["a.out.gz", "a.out", "meta.json.tmp"]) assert(!isGzipInProgress(name), name);
});
