import { assertEquals, assertThrows } from "@std/assert";
import { SETTLED_AFTER, UnchangedReads } from "../../src/files/unchanged_reads.ts";

/** A file that was left alone for a minute; what is read of it, and how often. */
function setUp() {
  const directory = Deno.makeTempDirSync();
  const path = `${directory}/file`;
  const reads = new UnchangedReads<string>();
  let count = 0;
  const write = (text: string) => Deno.writeTextFileSync(path, text);
  return {
    path,
    reads,
    write,
    /** Awaits that the file counts as left alone. */
    async settle() {
      const { mtime } = Deno.lstatSync(path);
      while (Date.now() - mtime!.getTime() <= SETTLED_AFTER + 100) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    read: () =>
      reads.of(path, () => {
        count++;
        return Deno.readTextFileSync(path);
      }),
    count: () => count,
    [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }),
  };
}

Deno.test("a file that was left alone is read once, and again where it has changed", async () => {
  using file = setUp();
  file.write("one");
  assertEquals([file.read(), file.read(), file.count()], ["one", "one", 2], "it was just written");
  await file.settle();
  assertEquals([file.read(), file.read(), file.count()], ["one", "one", 3]);
  file.write("two");
  assertEquals([file.read(), file.count()], ["two", 4], "as long as before");
  await file.settle();
  file.read();
  const { atime, mtime } = Deno.lstatSync(file.path);
  file.write("six");
  Deno.utimeSync(file.path, atime!, mtime!);
  assertEquals(file.read(), "six", "its time was set back");
});

Deno.test("what nobody has asked for between two calls is forgotten, and what fails is not kept", async () => {
  using file = setUp();
  file.write("one");
  await file.settle();
  file.read();
  file.reads.forgetUnasked();
  file.read();
  assertEquals(file.count(), 1, "it was asked for");
  file.reads.forgetUnasked();
  file.reads.forgetUnasked();
  file.read();
  assertEquals(file.count(), 2);
  const fail = () => {
    throw new Deno.errors.InvalidData("damaged");
  };
  const other = `${file.path}.other`;
  Deno.writeTextFileSync(other, "{");
  assertThrows(() => file.reads.of(other, fail), Deno.errors.InvalidData);
  assertEquals(file.reads.of(other, () => "mended"), "mended");
});

Deno.test("a link is read each time, and so is what is missing", async () => {
  using file = setUp();
  file.write("one");
  const link = `${file.path}.link`;
  Deno.symlinkSync(file.path, link);
  await file.settle();
  const read = (path: string) =>
    file.reads.of(path, () => {
      try {
        return Deno.readTextFileSync(path);
      } catch {
        return "missing";
      }
    });
  assertEquals(read(link), "one");
  file.write("two");
  assertEquals(read(link), "two");
  const later = `${file.path}.later`;
  assertEquals(read(later), "missing");
  Deno.writeTextFileSync(later, "there");
  assertEquals(read(later), "there");
});
